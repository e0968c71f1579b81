#include "port/cortex_m/emulation.h"
#include "port/cortex_m/firmware.h"

static struct factory_authority authority;

const struct meter_keys *factory_keys(struct meter_keys *keys)
{
    keys->suite = (enum dlms_suite)argument_number("suite", DLMS_SUITE_0);
    size_t size = dlms_key_size(keys->suite);
    size_t curve = crypto_curve_size(keys->suite == DLMS_SUITE_2 ? CRYPTO_P384 : CRYPTO_P256);
    (void)argument_octets("master", keys->master, size);
    (void)argument_octets("signing", keys->signing, curve);
    (void)argument_octets("signing-peer", keys->signing_peer, 2 * curve);
    (void)argument_octets("agreement", keys->agreement, curve);
    (void)argument_octets("agreement-peer", keys->agreement_peer, 2 * curve);
    bool given = keys->suite <= DLMS_SUITE_2 && argument_octets("unicast", keys->unicast, size) &&
                 argument_octets("authentication", keys->authentication, size);
    return given ? keys : NULL;
}

void factory_open(void)
{
    authority.certificate = argument_file("authority", &authority.size);
}

struct factory_authority factory_authority(void)
{
    return authority;
}
