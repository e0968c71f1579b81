#include "dlms/get.h"

#include "cosem/data.h"
#include "dlms/apdu.h"
#include "dlms/server.h"

#include <string.h>

/* Choice of Get-Data-Result and of DataBlock-G. */
enum { RESULT_DATA = 0, RESULT_ERROR = 1 };

/* Octets before the data. */
enum { NORMAL_HEAD = 4, BLOCK_HEAD_LEAST = 10, BLOCK_HEAD_MOST = 12 };

struct request {
    uint8_t invoke; /* invoke-id-and-priority, echoed as it came */
    uint16_t class_id;
    struct cosem_name name;
    int8_t attribute;
    bool selective;
};

static struct request take_normal(struct reader *r, uint8_t invoke)
{
    struct request request = {.invoke = invoke, .class_id = reader_u16(r)};
    const uint8_t *obis = reader_octets(r, sizeof request.name.obis);
    if (obis != NULL) {
        memcpy(request.name.obis, obis, sizeof request.name.obis);
    }
    request.attribute = (int8_t)reader_u8(r);
    uint8_t presence = reader_u8(r);
    request.selective = presence != 0;
    if (request.selective) {
        reader_u8(r);
        cosem_skip_value(r);
    }
    if (presence > 1 || !reader_done(r)) {
        reader_fail(r);
    }
    return request;
}

static uint32_t take_next(struct reader *r)
{
    uint32_t acknowledged = reader_u32(r);
    if (!reader_done(r)) {
        reader_fail(r);
    }
    return acknowledged;
}

static size_t put_error(uint8_t *answer, uint8_t invoke, enum cosem_result result)
{
    struct writer w = writer_over(answer, DLMS_PDU_LEAST);
    writer_u8(&w, DLMS_GET_RESPONSE);
    writer_u8(&w, DLMS_GET_NORMAL);
    writer_u8(&w, invoke);
    writer_u8(&w, RESULT_ERROR);
    writer_u8(&w, (uint8_t)result);
    return writer_kept(&w);
}

static struct writer block_head(uint8_t *answer, uint8_t invoke, bool last, uint32_t number)
{
    struct writer w = writer_over(answer, BLOCK_HEAD_MOST);
    writer_u8(&w, DLMS_GET_RESPONSE);
    writer_u8(&w, DLMS_GET_BLOCK);
    writer_u8(&w, invoke);
    writer_u8(&w, last);
    writer_u32(&w, number);
    return w;
}

static size_t put_block_error(uint8_t *answer, uint8_t invoke, uint32_t number,
                              enum cosem_result result)
{
    struct writer w = block_head(answer, invoke, true, number);
    writer_u8(&w, RESULT_ERROR);
    writer_u8(&w, (uint8_t)result);
    return writer_kept(&w);
}

/* Octets of data that a block of `pdu` octets has; their length takes up to three octets. */
static size_t block_room(size_t pdu)
{
    size_t room = pdu - BLOCK_HEAD_LEAST;
    room -= room > 0x7F;
    room -= room > 0xFF;
    return room;
}

/* The next block. Its data are rendered behind the head of a full block; that of a last and short
 * one may be shorter. */
static size_t put_block(struct dlms_association *a, uint8_t *answer, uint8_t invoke)
{
    struct dlms_transfer *transfer = &a->transfer;
    size_t room = block_room(a->send_max);
    uint8_t *data = answer + a->send_max - room;
    size_t size = cosem_tape_read(&transfer->tape, data, room);
    transfer->active = !cosem_tape_ended(&transfer->tape);
    transfer->block++;
    struct writer head = block_head(answer, invoke, !transfer->active, transfer->block);
    writer_u8(&head, RESULT_DATA);
    cosem_put_length(&head, size);
    memmove(answer + writer_kept(&head), data, size);
    return writer_kept(&head) + size;
}

/* What does not fit into one APDU is begun anew in blocks. */
static size_t put_value(struct dlms_association *a, const struct request *request,
                        const struct cosem_call *call, uint8_t *answer)
{
    struct dlms_transfer *transfer = &a->transfer;
    size_t room = a->send_max - (size_t)NORMAL_HEAD;
    size_t size = cosem_tape_read(&transfer->tape, answer + NORMAL_HEAD, room);
    if (transfer->tape.result != COSEM_SUCCESS) {
        return put_error(answer, request->invoke, transfer->tape.result);
    }
    if (cosem_tape_ended(&transfer->tape)) {
        const uint8_t head[NORMAL_HEAD] = {DLMS_GET_RESPONSE, DLMS_GET_NORMAL, request->invoke,
                                           RESULT_DATA};
        memcpy(answer, head, sizeof head);
        return NORMAL_HEAD + size;
    }
    if ((a->conformance & DLMS_CONFORMANCE_BLOCK_GET) == 0) {
        return put_error(answer, request->invoke, COSEM_OTHER_REASON);
    }
    transfer->block = 0;
    cosem_tape_open(&transfer->tape, call, request->attribute);
    size = put_block(a, answer, request->invoke);
    bool failed = transfer->tape.result != COSEM_SUCCESS;
    return failed ? put_error(answer, request->invoke, transfer->tape.result) : size;
}

static size_t answer_normal(struct dlms_association *a, const struct request *request,
                            uint8_t *answer)
{
    const struct dlms_server *server = a->server;
    uint8_t column = a->partner->column;
    a->transfer.active = false;
    enum cosem_result result;
    const struct cosem_object *object =
        cosem_model_find(server->model, request->class_id, &request->name, column, &result);
    if (object == NULL) {
        return put_error(answer, request->invoke, result);
    }
    struct cosem_call call = {.object = object,
                              .model = server->model,
                              .context = server->context,
                              .association = a,
                              .column = column};
    result = cosem_tape_open(&a->transfer.tape, &call, request->attribute);
    if (result == COSEM_SUCCESS && request->selective) {
        result = COSEM_SCOPE_OF_ACCESS_VIOLATED;
    }
    if (result != COSEM_SUCCESS) {
        return put_error(answer, request->invoke, result);
    }
    return put_value(a, request, &call, answer);
}

static size_t answer_next(struct dlms_association *a, uint8_t invoke, uint32_t acknowledged,
                          uint8_t *answer)
{
    struct dlms_transfer *transfer = &a->transfer;
    if (!transfer->active) {
        return put_block_error(answer, invoke, acknowledged, COSEM_NO_LONG_GET_IN_PROGRESS);
    }
    if (acknowledged != transfer->block) {
        transfer->active = false;
        return put_block_error(answer, invoke, acknowledged, COSEM_DATA_BLOCK_NUMBER_INVALID);
    }
    return put_block(a, answer, invoke);
}

size_t dlms_get_answer(struct dlms_association *association, struct reader *r, uint8_t *answer)
{
    uint8_t choice = reader_u8(r);
    uint8_t invoke = reader_u8(r);
    if (choice == DLMS_GET_LIST) {
        return 0;
    }
    if (choice == DLMS_GET_NEXT) {
        uint32_t acknowledged = take_next(r);
        return r->fault ? 0 : answer_next(association, invoke, acknowledged, answer);
    }
    struct request request = take_normal(r, invoke);
    if (choice != DLMS_GET_NORMAL) {
        reader_fail(r);
    }
    return r->fault ? 0 : answer_normal(association, &request, answer);
}
