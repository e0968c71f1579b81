/* What people write on the command line, any text: a meter's URL, a key set, an object, a value. */
#include "app/words.h"
#include "app/data_text.h"
#include "app/keys.h"
#include "app/url.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t octets[DATA_TEXT_ROOM];
    char *text = malloc(size + 1);
    memcpy(text, data, size);
    text[size] = '\0';
    struct url url;
    char error[200];
    (void)url_take(&url, text, error, sizeof error);
    struct keys keys = {0};
    int line;
    (void)keys_take(&keys, text, &line);
    struct words_target target;
    (void)words_find(text, &target);
    const char *wanted;
    (void)data_text_take(text, octets, &wanted);
    free(text);
    return 0;
}
