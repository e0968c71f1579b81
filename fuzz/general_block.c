/* General block transfer between our client and our server over a line that does what the input
 * says: blocks are lost, come twice, or are replaced by any octets. What arrives is what was sent,
 * unless something was replaced; and then nothing is read or written where it should not be.
 *
 * Input: size of an APDU, window, what is asked for (bit 0: a long value is read, else one is
 * written); then for each block one octet: bit 0 lost, bit 1 twice, bit 2 replaced by as many
 * octets as the next one says. Behind the input's end the line is a good one. */
#include "test/dlms/blocks_bed.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { NOTE = 1500, TURNS_MOST = 4000 };

static struct reader script;
static bool honest; /* nothing was replaced so far */

static void check(bool holds)
{
    if (!holds) {
        abort();
    }
}

/* What becomes of an APDU on the line: how often it arrives, in memory of exactly its size. */
static unsigned carry(const uint8_t *apdu, size_t *size, uint8_t **arrived)
{
    uint8_t fate = reader_u8(&script);
    bool replaced = (fate & 4) != 0;
    if (replaced) {
        struct reader other = reader_part(&script, reader_u8(&script));
        apdu = other.size > 0 ? other.data : (const uint8_t *)"";
        *size = other.size;
        honest = false;
    }
    *arrived = malloc(*size > 0 ? *size : 1);
    memcpy(*arrived, apdu, *size);
    return (fate & 1) != 0 ? 0 : (fate & 2) != 0 ? 2 : 1;
}

static enum dlms_client_outcome take(const uint8_t *apdu, size_t size, bool *heard)
{
    enum dlms_client_outcome outcome = DLMS_CLIENT_MORE;
    uint8_t *arrived;
    for (unsigned times = carry(apdu, &size, &arrived); times > 0 && outcome == DLMS_CLIENT_MORE;
         times--) {
        *heard = true;
        outcome = dlms_client_blocks_take(&blocks, arrived, size);
        if (outcome == DLMS_CLIENT_DONE && dlms_client_blocks_whole(&blocks).data == arrived) {
            outcome = DLMS_CLIENT_REFUSED; /* no block: an exception, which goes with the APDU */
        }
    }
    free(arrived);
    return outcome;
}

/* A block to the server, and all that it says to it. */
static enum dlms_client_outcome send(const uint8_t *apdu, size_t size, bool *heard)
{
    enum dlms_client_outcome outcome = DLMS_CLIENT_MORE;
    uint8_t *arrived;
    for (unsigned times = carry(apdu, &size, &arrived); times > 0 && outcome == DLMS_CLIENT_MORE;
         times--) {
        uint8_t *answer = malloc(DLMS_ANSWER_ROOM(PDU_MOST));
        size_t answered = dlms_session_answer(&session, SAP, 1, arrived, size, answer,
                                              DLMS_ANSWER_ROOM(PDU_MOST));
        while (answered > 0 && outcome == DLMS_CLIENT_MORE) {
            outcome = take(answer, answered, heard);
            answered = dlms_session_more(&session, SAP, answer, DLMS_ANSWER_ROOM(PDU_MOST));
        }
        free(answer);
    }
    free(arrived);
    return outcome;
}

static enum dlms_client_outcome transfer(size_t size)
{
    uint8_t apdu[DLMS_CLIENT_ROOM + PDU_MOST];
    enum dlms_client_outcome outcome = DLMS_CLIENT_MORE;
    check(dlms_client_blocks_ask(&blocks, reader_over(request, size), client.send_max) == 0);
    for (int turn = 0; outcome == DLMS_CLIENT_MORE && turn < TURNS_MOST; turn++) {
        bool heard = false;
        while (outcome == DLMS_CLIENT_MORE &&
               (size = dlms_client_blocks_next(&blocks, apdu, sizeof apdu)) > 0) {
            outcome = send(apdu, size, &heard);
        }
        if (!heard) {
            dlms_client_blocks_lost(&blocks);
        }
    }
    return outcome;
}

static const uint8_t *note_of(uint8_t seed)
{
    static uint8_t note[NOTE + 4] = {9, 0x82, NOTE >> 8, NOTE & 0xFF};
    for (size_t i = 4; i < sizeof note; i++) {
        note[i] = (uint8_t)(seed + i * 7);
    }
    return note;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    script = reader_over(data, size);
    honest = true;
    uint16_t pdu = (uint16_t)(64 + reader_u8(&script));
    uint8_t window = reader_u8(&script);
    bool reads = (reader_u8(&script) & 1) != 0;
    check(blocks_bed_open(pdu, (uint8_t)(1 + window % DLMS_CLIENT_WINDOW_MOST)));
    const struct dlms_target target = {7, three_log, 5};
    const uint8_t *note = note_of(window);
    size_t made = reads ? dlms_client_get(&client, 1, &three_text, 2, request, sizeof request)
                        : dlms_client_set(&client, &target, reader_over(note, NOTE + 4), request,
                                          sizeof request);
    enum dlms_client_outcome outcome = transfer(made);
    if (!honest) {
        return 0;
    }
    check(outcome == DLMS_CLIENT_DONE || outcome == DLMS_CLIENT_REFUSED ||
          outcome == DLMS_CLIENT_MALFORMED);
    if (outcome == DLMS_CLIENT_DONE) {
        struct reader answer = dlms_client_blocks_whole(&blocks);
        check(dlms_client_answer(&client, answer.data, answer.size, &refusal) == DLMS_CLIENT_DONE);
        check(reads ? client.size == 4 + THREE_TEXT_SIZE
                    : three.note_size == NOTE && memcmp(three.note, note + 4, NOTE) == 0);
    }
    return 0;
}
