/* Any octets are taken as a certificate and as a request, and every part that is given out can be
 * read; what is taken keeps its promises. */
#include "crypto/certificate.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds) {
        abort();
    }
}

static void read_part(struct crypto_part part)
{
    unsigned sum = 0;
    for (size_t i = 0; i < part.size; i++) {
        sum += part.octets[i];
    }
    check(sum <= part.size * 255);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct crypto_ecc ecc;
    struct crypto_certificate c;
    struct crypto_request request;
    if (crypto_certificate_take(&c, data, size) == 0) {
        const struct crypto_part parts[] = {c.body,    c.serial,       c.issuer,
                                            c.subject, c.common_name,  c.alternative,
                                            c.key_id,  c.issuer_key_id};
        for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
            read_part(parts[i]);
        }
        read_part((struct crypto_part){c.public_key, 2 * crypto_curve_size(c.curve)});
        check(c.since_s <= c.until_s && c.serial.size <= CRYPTO_SERIAL_MAX);
        check(size <= CRYPTO_CERTIFICATE_MAX && c.usage != 0);
    }
    if (crypto_request_take(&request, &ecc, data, size) == 0) {
        read_part(request.subject);
        read_part(request.common_name);
        check(request.public_key != NULL);
    }
    return 0;
}
