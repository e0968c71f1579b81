/* `watthour decode` under any octets: an APDU, or a value, as a tree. What is printed goes nowhere.
 */
#include "app/apdu_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static FILE *nowhere;
    if (!nowhere) {
        nowhere = freopen("/dev/null", "w", stdout);
    }
    uint8_t *octets = malloc(size > 0 ? size : 1);
    memcpy(octets, data, size);
    struct reader r = reader_over(octets, size);
    apdu_text_print(&r, 0);
    free(octets);
    return 0;
}
