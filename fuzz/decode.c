#define _POSIX_C_SOURCE 200809L /* open_memstream */
/* `watthour decode` under any octets: HDLC frames, an APDU, or a value, as a tree and as JSON. Keys
 * are given, so that seeds of ciphered APDUs are deciphered. */
#include "app/apdu_text.h"
#include "app/hdlc_text.h"
#include "app/tree_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char set[] = "unicast 000102030405060708090A0B0C0D0E0F;"
                              "authentication D0D1D2D3D4D5D6D7D8D9DADBDCDDDEDF;"
                              "title 4D4D4D0000000001;server-title 4D4D4D0000BC614E";
    static struct apdu_text text;
    struct keys keys = {.size = {0}};
    char *lines = NULL;
    size_t length = 0;
    int faults = 0;
    if (keys_take(&keys, set, &faults) != 0) {
        abort();
    }
    uint8_t *octets = malloc(size > 0 ? size : 1);
    memcpy(octets, data, size);
    struct reader r = reader_over(octets, size);
    decipher_init(&text.decipher, &keys);
    text.out = open_memstream(&lines, &length);
    reader_octets(&r, hdlc_text_print(&text, r, &faults));
    apdu_text_print(&text, &r, 0);
    (void)fclose(text.out);
    cJSON_Delete(tree_json(lines));
    free(lines);
    free(octets);
    return 0;
}
