/* ACSE against published examples, which are read from ../shared when it is there. */
#include "dlms/acse.h"
#include "dlms/apdu.h"
#include "dlms/initiate.h"
#include "test/unit.h"
#include "test/vectors/hex.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MOST = 1 << 20, APDU_MOST = 512 };

static char *read_file(const char *name)
{
    FILE *file = fopen(name, "r");
    if (!file) {
        return NULL;
    }
    char *text = calloc(1, FILE_MOST);
    assert_true(fread(text, 1, FILE_MOST - 1, file) > 0);
    fclose(file);
    return text;
}

/* The octets of the example whose name begins so; 0: the collection has none. */
static size_t find_example(const cJSON *acse, const char *name, uint8_t *octets)
{
    const cJSON *row;
    cJSON_ArrayForEach(row, acse)
    {
        const char *its = cJSON_GetStringValue(cJSON_GetObjectItem(row, "name"));
        if (strncmp(its, name, strlen(name)) == 0) {
            return hex_read(cJSON_GetStringValue(cJSON_GetObjectItem(row, "hex")), octets,
                            APDU_MOST);
        }
    }
    fail_msg("no example '%s'", name);
    return 0;
}

static void assert_octets(const uint8_t *expected, size_t size, const struct writer *w)
{
    assert_int_equal(writer_kept(w), size);
    assert_memory_equal(w->window, expected, size);
}

static void check_aarq(const cJSON *acse, const char *name, const char *password)
{
    uint8_t expected[APDU_MOST];
    uint8_t octets[APDU_MOST];
    uint8_t information[32];
    size_t size = find_example(acse, name, expected);
    struct dlms_initiate proposed = {
        .version = DLMS_VERSION, .conformance = 0x007E1F, .max_pdu = 1200};
    struct writer inner = writer_over(information, sizeof information);
    struct writer w = writer_over(octets, sizeof octets);
    dlms_initiate_put_request(&inner, &proposed);
    struct dlms_octets secret = {(const uint8_t *)password, password ? strlen(password) : 0};
    const struct dlms_aarq made = {.context = DLMS_CONTEXT_LN,
                                   .mechanism = DLMS_MECHANISM_LOW,
                                   .value = secret,
                                   .user_information = {information, writer_kept(&inner)}};
    dlms_aarq_put(&w, &made);
    assert_octets(expected, size, &w);

    struct reader r = reader_over(expected, size);
    struct dlms_aarq aarq = dlms_aarq_take(&r);
    assert_true(reader_done(&r));
    assert_int_equal(aarq.context, DLMS_CONTEXT_LN);
    assert_int_equal(aarq.authentication, password != NULL);
    assert_int_equal(aarq.mechanism, password ? DLMS_MECHANISM_LOW : DLMS_MECHANISM_LOWEST);
    assert_int_equal(aarq.value.size, secret.size);
    struct reader request = reader_over(aarq.user_information.octets, aarq.user_information.size);
    struct dlms_initiate taken = dlms_initiate_take_request(&request);
    assert_true(reader_done(&request));
    assert_int_equal(taken.conformance, proposed.conformance);
    assert_int_equal(taken.max_pdu, proposed.max_pdu);
}

static void check_aare(const cJSON *acse, const char *name, struct dlms_aare aare, int error)
{
    uint8_t expected[APDU_MOST];
    uint8_t octets[APDU_MOST];
    uint8_t information[32];
    size_t size = find_example(acse, name, expected);
    struct dlms_initiate negotiated = {
        .version = DLMS_VERSION, .conformance = 0x00501F, .max_pdu = 500};
    struct writer inner = writer_over(information, sizeof information);
    if (error >= 0) {
        writer_u32(&inner, 0x0E010600 + (uint32_t)error);
    } else {
        dlms_initiate_put_response(&inner, &negotiated);
    }
    aare.context = DLMS_CONTEXT_LN;
    aare.user_information = (struct dlms_octets){information, writer_kept(&inner)};
    struct writer w = writer_over(octets, sizeof octets);
    dlms_aare_put(&w, &aare);
    assert_octets(expected, size, &w);

    struct reader r = reader_over(expected, size);
    struct dlms_aare taken = dlms_aare_take(&r);
    assert_true(reader_done(&r));
    assert_int_equal(taken.result, aare.result);
    assert_int_equal(taken.diagnostic, aare.diagnostic);
    assert_int_equal(taken.user_information.size, aare.user_information.size);
}

static void published_examples(void **state)
{
    (void)state;
    char *text = read_file(WATTHOUR_SHARED "/data/dlms/vectors.json");
    if (!text) {
        print_message("no %s/data/dlms/vectors.json: published examples are not compared\n",
                      WATTHOUR_SHARED);
        skip();
    }
    cJSON *vectors = cJSON_Parse(text);
    const cJSON *acse = cJSON_GetObjectItem(vectors, "acse");
    assert_non_null(acse);
    check_aarq(acse, "AARQ LN no ciphering, lowest", NULL);
    check_aarq(acse, "AARQ LN no ciphering, LLS", "12345678");
    check_aare(acse, "AARE ok, no ciphering",
               (struct dlms_aare){.result = DLMS_ACCEPTED, .diagnostic = DLMS_DIAGNOSTIC_NULL}, -1);
    check_aare(acse, "AARE rejected: application-context",
               (struct dlms_aare){.result = DLMS_REJECTED_PERMANENT,
                                  .diagnostic = DLMS_DIAGNOSTIC_CONTEXT_NAME},
               -1);
    check_aare(acse, "AARE rejected: dlms-version",
               (struct dlms_aare){.result = DLMS_REJECTED_PERMANENT,
                                  .diagnostic = DLMS_DIAGNOSTIC_NO_REASON},
               DLMS_INITIATE_VERSION_TOO_LOW);
    cJSON_Delete(vectors);
    free(text);
}

/* What is not used yet is passed over, not stumbled upon. */
static void examples_with_more_than_we_use(void **state)
{
    (void)state;
    char *text = read_file(WATTHOUR_SHARED "/data/dlms/vectors.json");
    if (!text) {
        skip();
    }
    cJSON *vectors = cJSON_Parse(text);
    const cJSON *acse = cJSON_GetObjectItem(vectors, "acse");
    uint8_t octets[APDU_MOST];
    size_t size = find_example(acse, "AARQ LN ciphering, LLS, dedicated key", octets);
    struct reader r = reader_over(octets, size);
    struct dlms_aarq aarq = dlms_aarq_take(&r);
    assert_true(reader_done(&r));
    assert_int_equal(aarq.context, DLMS_CONTEXT_LN_CIPHERED);
    assert_memory_equal(aarq.value.octets, "12345678", 8);
    size = find_example(acse, "AARE ok, HLS pending", octets);
    r = reader_over(octets, size);
    struct dlms_aare aare = dlms_aare_take(&r);
    assert_true(reader_done(&r));
    assert_int_equal(aare.result, DLMS_ACCEPTED);
    assert_int_equal(aare.diagnostic, DLMS_DIAGNOSTIC_AUTHENTICATION_REQUIRED);
    cJSON_Delete(vectors);
    free(text);
}

static void diagnostics_of_the_provider_are_told_apart(void **state)
{
    (void)state;
    uint8_t octets[APDU_MOST];
    struct dlms_aare aare = {.context = DLMS_CONTEXT_LN,
                             .result = DLMS_REJECTED_PERMANENT,
                             .diagnostic = DLMS_DIAGNOSTIC_PROVIDER_NO_COMMON_VERSION};
    struct writer w = writer_over(octets, sizeof octets);
    dlms_aare_put(&w, &aare);
    struct reader r = reader_over(octets, writer_kept(&w));
    assert_int_equal(dlms_aare_take(&r).diagnostic, DLMS_DIAGNOSTIC_PROVIDER_NO_COMMON_VERSION);
    assert_true(reader_done(&r));
}

/* Any octet missing, and any length octet changed, is a fault. */
static void cut_and_bent_apdus_are_faults(void **state)
{
    (void)state;
    uint8_t octets[APDU_MOST];
    struct writer w = writer_over(octets, sizeof octets);
    uint8_t information[] = {1, 0, 0, 0, 6, 0x5F, 0x1F, 4, 0, 0, 0x7E, 0x1F, 4, 0xB0};
    const struct dlms_aarq made = {.context = DLMS_CONTEXT_LN,
                                   .mechanism = DLMS_MECHANISM_LOW,
                                   .value = {(const uint8_t *)"12345678", 8},
                                   .user_information = {information, sizeof information}};
    dlms_aarq_put(&w, &made);
    for (size_t size = 0; size < writer_kept(&w); size++) {
        struct reader r = reader_over(octets, size);
        dlms_aarq_take(&r);
        assert_true(r.fault);
    }
    static const size_t lengths[] = {1, 3, 5, 14, 18, 27, 29, 39, 41};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        for (int step = -1; step <= 1; step += 2) {
            octets[lengths[i]] = (uint8_t)(octets[lengths[i]] + step);
            struct reader r = reader_over(octets, writer_kept(&w));
            dlms_aarq_take(&r);
            /* The mechanism's and the requirements' lengths only move what is behind them. */
            assert_true(r.fault);
            octets[lengths[i]] = (uint8_t)(octets[lengths[i]] - step);
        }
    }
}

/* Titles, mechanism and the longest challenge, to and fro. */
static void high_level_security_is_asked_and_answered(void **state)
{
    (void)state;
    static const uint8_t title[8] = {'W', 'T', 'H', 102, 0, 0, 0, 1};
    uint8_t challenge[64];
    uint8_t octets[APDU_MOST];
    memset(challenge, 0x5A, sizeof challenge);
    const struct dlms_aarq asked = {.context = DLMS_CONTEXT_LN_CIPHERED,
                                    .mechanism = DLMS_MECHANISM_GMAC,
                                    .title = {title, sizeof title},
                                    .value = {challenge, sizeof challenge}};
    struct writer w = writer_over(octets, sizeof octets);
    dlms_aarq_put(&w, &asked);
    struct reader r = reader_over(octets, writer_kept(&w));
    struct dlms_aarq aarq = dlms_aarq_take(&r);
    assert_true(reader_done(&r) && aarq.authentication && aarq.mechanism_named);
    assert_int_equal(aarq.mechanism, DLMS_MECHANISM_GMAC);
    assert_int_equal(aarq.title.size, sizeof title);
    assert_memory_equal(aarq.title.octets, title, sizeof title);
    assert_int_equal(aarq.value.size, sizeof challenge);
    const struct dlms_aare answered = {.context = DLMS_CONTEXT_LN_CIPHERED,
                                       .diagnostic = DLMS_DIAGNOSTIC_AUTHENTICATION_REQUIRED,
                                       .title = asked.title,
                                       .mechanism = DLMS_MECHANISM_SHA256,
                                       .value = asked.value};
    w = writer_over(octets, sizeof octets);
    dlms_aare_put(&w, &answered);
    r = reader_over(octets, writer_kept(&w));
    struct dlms_aare aare = dlms_aare_take(&r);
    assert_true(reader_done(&r));
    assert_int_equal(aare.mechanism, DLMS_MECHANISM_SHA256);
    assert_memory_equal(aare.title.octets, title, sizeof title);
    assert_memory_equal(aare.value.octets, challenge, sizeof challenge);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_examples),
        cmocka_unit_test(examples_with_more_than_we_use),
        cmocka_unit_test(diagnostics_of_the_provider_are_told_apart),
        cmocka_unit_test(high_level_security_is_asked_and_answered),
        cmocka_unit_test(cut_and_bent_apdus_are_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
