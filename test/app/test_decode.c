/* `watthour decode`: what it says of HDLC frames, whole and broken, of ciphered APDUs with and
 * without keys; and the tree as JSON. */
#define _POSIX_C_SOURCE 200809L /* open_memstream */
#include "app/hdlc_text.h"
#include "app/tree_json.h"
#include "test/unit.h"
#include "test/vectors/hex.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OCTETS = 512 };

static const char all_keys[] = "unicast 000102030405060708090A0B0C0D0E0F;"
                               "authentication D0D1D2D3D4D5D6D7D8D9DADBDCDDDEDF;"
                               "title 4D4D4D0000BC614E";

/* An I frame with an AARQ, and a SNRM with parameters (facts of the Green Book, FCS checked). */
static const char frame_aarq[] =
    "7EA02B032110FBAFE6E600601DA109060760857405080101BE10040E01000000065F1F0400007E1F04B0CAEA7E";
static const char frame_snrm[] =
    "7EA020030393FEC9818014050207EE060207EE070400000001080400000001B5D47E";

/* A GET of the clock, authenticated and encrypted. */
static const char ciphered[] = "C81E3001234567411312FF935A47566827C467BC7D825C3BE4A77C3FCC056B6B";

struct explained {
    char *lines;
    int faults;
};

static struct explained explain(const uint8_t *octets, size_t size, const char *set)
{
    static struct apdu_text text;
    struct explained e = {.faults = 0};
    struct keys keys = {.size = {0}};
    size_t length;
    int line;
    assert_int_equal(keys_take(&keys, set, &line), 0);
    decipher_init(&text.decipher, &keys);
    text.out = open_memstream(&e.lines, &length);
    struct reader r = reader_over(octets, size);
    reader_octets(&r, hdlc_text_print(&text, r, &e.faults));
    if (reader_left(&r) > 0) {
        apdu_text_print(&text, &r, 0);
        e.faults += r.fault;
    }
    (void)fclose(text.out);
    return e;
}

static void expect(const char *hex, const char *set, int faults, const char *said)
{
    uint8_t octets[OCTETS];
    size_t size = hex_read(hex, octets, sizeof octets);
    struct explained e = explain(octets, size, set);
    if (e.faults != faults || !strstr(e.lines, said)) {
        fail_msg("%s: %d faults, %s", hex, e.faults, e.lines);
    }
    free(e.lines);
}

static void frames(void **state)
{
    (void)state;
    expect(frame_aarq, "", 0, "HDLC I N(S) 0 N(R) 0, P/F, from 16 to 1, 43 octets\n  AARQ");
    expect(frame_aarq, "", 0, "initiate-request: version 6, conformance 007E1F");
    expect(frame_snrm, "", 0, "HDLC SNRM, P/F, from 1 to 1, 32 octets\n  transmits up to 2030");
    expect("7EA00703213117877E", "", 0, "HDLC RR N(R) 1, P/F, from 16 to 1, 7 octets");
    expect("7EA00703035380D77E7EA00703031FE85F7E7EA00703037382F67E", "", 0,
           "HDLC DISC, P/F, from 1 to 1, 7 octets\nHDLC DM, P/F, from 1 to 1, 7 octets\nHDLC UA");
    expect("7EA00802232193BD647E", "", 0, "from 16 to 1/17");
}

/* A flag may close one frame and open the next. */
static void one_flag_between_frames(void **state)
{
    (void)state;
    expect("7EA00703035380D77EA00703031FE85F7E", "", 0, "\nHDLC DM");
}

static void faults_have_names(void **state)
{
    (void)state;
    expect("7EA00703213117887E", "", 1, "fault: wrong FCS");
    expect("7EA02B032110FBAEE6E600601DA109060760857405080101BE10040E01000000065F1F0400007E1F04B0"
           "CAEA7E",
           "", 1, "fault: wrong HCS");
    expect("7EA00703213117", "", 1, "fault: it breaks off before its length");
    expect("7EA0", "", 1, "fault: it breaks off in its header");
    expect("7E30070321311787", "", 1, "fault: no header");
    expect("7EA007032131178700", "", 1, "fault: no flag at its end");
}

/* Whatever octet is another, something is said to be wrong. */
static void every_changed_octet_is_a_fault(void **state)
{
    (void)state;
    uint8_t octets[OCTETS];
    size_t size = hex_read(frame_aarq, octets, sizeof octets);
    for (size_t at = 1; at + 1 < size; at++) {
        for (int bit = 0; bit < 8; bit++) {
            octets[at] ^= (uint8_t)(1 << bit);
            struct explained e = explain(octets, size, "");
            if (e.faults == 0) {
                fail_msg("octet %zu bit %d: %s", at, bit, e.lines);
            }
            free(e.lines);
            octets[at] ^= (uint8_t)(1 << bit);
        }
    }
}

static void every_cut_frame_is_a_fault(void **state)
{
    (void)state;
    uint8_t octets[OCTETS];
    size_t size = hex_read(frame_aarq, octets, sizeof octets);
    for (size_t cut = 2; cut + 1 < size; cut++) {
        uint8_t *exact = malloc(cut);
        memcpy(exact, octets, cut);
        struct explained e = explain(exact, cut, "");
        assert_true(e.faults >= 1);
        free(e.lines);
        free(exact);
    }
}

static void ciphered_apdus(void **state)
{
    (void)state;
    expect(ciphered, all_keys, 0, "  get-request-normal, invoke-id 0");
    expect(ciphered, all_keys, 0, "    Clock (8) 0-0:1.0.0 attribute 2");
    expect(ciphered, "", 0, "not deciphered: the sender's system title is not known");
    expect(ciphered, "title 4D4D4D0000BC614E", 0, "not deciphered: there is no such key");
    expect(ciphered, "title 4D4D4D0000BC614E;unicast 000102030405060708090A0B0C0D0E0F", 0,
           "not deciphered: the authentication key is not given");
    expect(ciphered,
           "title 4D4D4D0000BC614E;unicast 000102030405060708090A0B0C0D0E0E;"
           "authentication D0D1D2D3D4D5D6D7D8D9DADBDCDDDEDF",
           0, "not deciphered: not authentic");
    expect("21303001234567801302FF8A7874133D414CED25B42534D28DB0047720606B175BD52211BE6841DB204D39"
           "EE6FDB8E356855",
           all_keys, 0, "initiate-request: version 6");
}

static void trees_as_json(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *json;
    } rows[] = {
        {"", "[]"},
        {"a\n", "[{\"text\":\"a\"}]"},
        {"a\nb\n", "[{\"text\":\"a\"},{\"text\":\"b\"}]"},
        {"a\n  b\n  c\nd\n",
         "[{\"text\":\"a\",\"within\":[{\"text\":\"b\"},{\"text\":\"c\"}]},{\"text\":\"d\"}]"},
        {"a\n  b\n    c\n  d",
         "[{\"text\":\"a\",\"within\":[{\"text\":\"b\",\"within\":[{\"text\":\"c\"}]},"
         "{\"text\":\"d\"}]}]"},
        {"a\n      b\n", "[{\"text\":\"a\",\"within\":[{\"text\":\"b\"}]}]"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cJSON *tree = tree_json(rows[i].text);
        char *json = cJSON_PrintUnformatted(tree);
        assert_string_equal(json, rows[i].json);
        free(json);
        cJSON_Delete(tree);
    }
}

static void access_is_explained(void **state)
{
    (void)state;
    static const char request[] = "D960000004 00 02 01 0003 0100010800FF 02"
                                  " 04 0007 0100630100FF 02 01 1105 02 00 00";
    expect(request, "", 0, "access-request, long-invoke-id 4, confirmed, break on error\n");
    expect(request, "", 0, "    get\n      Register (3) 1-0:1.8.0 attribute 2\n");
    expect(request, "", 0, "    get with selection\n      Profile generic (7) 1-0:99.1.0");
    expect(request, "", 0, "selector 1\n");
    static const char response[] = "DA40000004 00 00 02 1107 00 02 0100 020C";
    expect(response, "", 0, "access-response, long-invoke-id 4");
    expect(response, "", 0, "    get\n      result 0: success\n");
    expect(response, "", 0, "    set\n      result 12: type-unmatched");
    expect("DA40000004 00 00 02 1107 00 03 0100 020C", "", 1, "not understood");
    expect("D960000004 00 01 09 0003 0100010800FF 02 01 00", "", 1, "not understood");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(access_is_explained),
        cmocka_unit_test(frames),
        cmocka_unit_test(one_flag_between_frames),
        cmocka_unit_test(faults_have_names),
        cmocka_unit_test(every_changed_octet_is_a_fault),
        cmocka_unit_test(every_cut_frame_is_a_fault),
        cmocka_unit_test(ciphered_apdus),
        cmocka_unit_test(trees_as_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
