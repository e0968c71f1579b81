/* A side that has every kind of key takes any octets as a ciphered APDU and as a proof, and what it
 * protects itself comes out again, at once and in pieces.
 *
 * Input: options (bits 0..1 suite, 2 short additional data, 3 the peer is not known, 4..5 what is
 * required, 6..7 the form of what is protected), then the octets. */
#include "dlms/security_hls.h"
#include "dlms/security_tape.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t client_title[] = {0x4D, 0x4D, 0x4D, 0, 0, 0, 0, 1};
static const uint8_t server_title[] = {0x4D, 0x4D, 0x4D, 0, 0, 0xBC, 0x61, 0x4E};

struct side {
    struct dlms_keyring ring;
    struct dlms_key dedicated;
    struct dlms_key unwrapped;
    struct dlms_counter sent;
    struct dlms_counter received[DLMS_COUNTERS + 1]; /* the last: of the dedicated key */
    struct dlms_security_context context;
};

static void check(bool holds)
{
    if (!holds) {
        abort();
    }
}

/* The keys of test/vectors/security_apdu.txt, which are the seeds. */
static void init(struct side *side, uint8_t options)
{
    static const uint8_t begins[] = {[DLMS_KEY_UNICAST] = 0x00,
                                     [DLMS_KEY_BROADCAST] = 0x10,
                                     [DLMS_KEY_AUTHENTICATION] = 0xD0,
                                     [DLMS_KEY_MASTER] = 0x20};
    uint8_t key[DLMS_KEY_MAX];
    memset(side, 0, sizeof *side);
    dlms_keyring_init(&side->ring, (enum dlms_suite)(options % 3));
    size_t size = dlms_key_size(side->ring.suite);
    for (unsigned id = 0; id < sizeof begins; id++) {
        for (size_t i = 0; i < size; i++) {
            key[i] = (uint8_t)(begins[id] + i);
        }
        check(dlms_keyring_put(&side->ring, (enum dlms_key_id)id, key, size) == 0);
    }
    for (size_t i = 0; i < size; i++) {
        key[i] = (uint8_t)(i * 0x11);
    }
    check(dlms_key_put(&side->dedicated, key, size) == 0);
    side->sent.next = DLMS_COUNTER_FIRST;
    side->context = (struct dlms_security_context){
        .ring = &side->ring,
        .dedicated = &side->dedicated,
        .unwrapped = &side->unwrapped,
        .title = client_title,
        .peer = (options & 0x08) != 0 ? NULL : server_title,
        .sent = &side->sent,
        .received = side->received,
        .dedicated_received = &side->received[DLMS_COUNTERS],
        .aad = (options & 0x04) != 0 ? DLMS_AAD_SHORT : DLMS_AAD_HEAD,
        .required = options & 0x30,
    };
}

static bool counters_are(const struct side *side, const struct dlms_counter *before)
{
    for (int i = 0; i <= DLMS_COUNTERS; i++) {
        if (side->received[i].next != before[i].next) {
            return false;
        }
    }
    return true;
}

/* Taken once, an APDU is not taken again; refused, it leaves the counters as they were. */
static void receive(struct side *side, const uint8_t *apdu, size_t size)
{
    uint8_t *scratch = malloc(size);
    struct dlms_protection how;
    struct reader plain;
    struct dlms_counter before[DLMS_COUNTERS + 1];
    memcpy(before, side->received, sizeof before);
    int result = dlms_security_receive(&side->context, apdu, size, scratch, size, &how, &plain);
    check(counters_are(side, before) == (result != 0));
    if (result == 0) {
        uint8_t sum = 0;
        while (reader_left(&plain) > 0) { /* every octet is ours to read */
            sum = (uint8_t)(sum + reader_u8(&plain));
        }
        check(sum + plain.size < SIZE_MAX);
        check((how.control & side->context.required) == side->context.required);
        check(dlms_security_receive(&side->context, apdu, size, scratch, size, &how, &plain) ==
              DLMS_SECURITY_COUNTER);
    }
    free(scratch);
}

static void prove(struct side *side, const uint8_t *proof, size_t size)
{
    static const uint8_t challenge[] = {1, 2, 3, 4, 5, 6, 7, 8};
    const struct dlms_octets octets = {challenge, sizeof challenge};
    struct dlms_hls hls = {.secret = octets,
                           .challenge_c = octets,
                           .challenge_s = octets,
                           .title_c = client_title,
                           .title_s = server_title};
    for (unsigned mechanism = DLMS_MECHANISM_MD5; mechanism <= DLMS_MECHANISM_SHA256; mechanism++) {
        hls.mechanism = (enum dlms_mechanism)mechanism;
        dlms_hls_check(&hls, DLMS_SERVER, &side->context, (struct dlms_octets){proof, size});
    }
}

struct text {
    const uint8_t *octets;
    size_t at;
};

static size_t read_text(void *context, uint8_t *piece, size_t room)
{
    struct text *text = context;
    memcpy(piece, text->octets + text->at, room);
    text->at += room;
    return room;
}

/* The same APDU by a tape, in pieces that the text itself chooses. */
static void check_tape(const struct dlms_protection *by, const struct dlms_material *material,
                       const uint8_t *plain, size_t size, const uint8_t *apdu, size_t apdu_size)
{
    struct dlms_security_tape tape;
    struct text text = {plain, 0};
    uint8_t piece[256 + COSEM_CARRY];
    size_t at = 0;
    check(dlms_security_tape_open(&tape, by, material, plain[0], size,
                                  (struct dlms_source){read_text, &text}) == 0);
    while (!dlms_security_tape_ended(&tape)) {
        size_t got = dlms_security_tape_read(&tape, piece, 1 + plain[at % size]);
        check(!tape.failed && at + got <= apdu_size && memcmp(piece, apdu + at, got) == 0);
        at += got;
    }
    check(at == apdu_size);
}

/* What one side protects, the other gives back. */
static void there_and_back(struct side *side, uint8_t options, const uint8_t *plain, size_t size)
{
    static const uint8_t controls[] = {0x10, 0x20, 0x30};
    struct dlms_protection by;
    memset(&by, 0, sizeof by);
    by.form = (enum dlms_form)(options >> 6);
    by.title = server_title;
    by.counter = UINT32_MAX - 1;
    uint8_t *apdu = malloc(DLMS_PROTECT_HEAD + size);
    uint8_t *scratch = malloc(size);
    for (size_t i = 0; size > 0 && i < sizeof controls; i++) {
        by.control = (uint8_t)(controls[i] | side->ring.suite);
        struct dlms_material material;
        check(dlms_keyring_material(&side->ring, &side->dedicated, NULL, &by, &material) == 0);
        size_t made = dlms_protect(&by, &material, plain, size, apdu, DLMS_PROTECT_HEAD + size);
        if (made == 0) { /* a service that the form has no tag for */
            continue;
        }
        struct reader r = reader_over(apdu, made);
        struct reader back;
        struct dlms_ciphered ciphered = dlms_ciphered_take(&r);
        ciphered.by.title = server_title;
        check(reader_done(&r));
        check(dlms_unprotect(&ciphered, &material, scratch, size, &back) == 0);
        check(back.size == size && memcmp(back.data, plain, size) == 0);
        if (by.control & DLMS_CONTROL_ENCRYPTED) {
            check_tape(&by, &material, plain, size, apdu, made);
        }
    }
    free(apdu);
    free(scratch);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1) {
        return 0;
    }
    static struct side side;
    uint8_t key[DLMS_KEY_MAX];
    init(&side, data[0]);
    receive(&side, data + 1, size - 1);
    prove(&side, data + 1, size - 1);
    dlms_keyring_unwrap(&side.ring, data + 1, size - 1, key);
    there_and_back(&side, data[0], data + 1, size - 1);
    return 0;
}
