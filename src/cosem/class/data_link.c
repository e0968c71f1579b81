/* 1 Data: what went over a line and what went wrong, counted. */
#include "cosem/class/classes.h"
#include "cosem/class/context.h"
#include "cosem/data.h"

#define COUNTS(array) (uint16_t)(sizeof(array) / sizeof((array)[0]))

static enum cosem_result put_counts(struct writer *w, const uint32_t *counts, uint16_t count)
{
    cosem_put_structure(w, count);
    for (uint16_t i = 0; i < count; i++) {
        cosem_put_u32(w, counts[i]);
    }
    return COSEM_SUCCESS;
}

enum cosem_result class_data_line(const struct cosem_call *call, struct writer *w)
{
    const struct class_line_config *config = call->object->config;
    const struct hdlc_statistics *line = &call->context->links->statistics[config->line];
    const uint32_t counts[] = {line->frames_received, line->frames_sent, line->frames_repeated,
                               line->bad_headers,     line->bad_frames,  line->gaps,
                               line->out_of_sequence, line->rejected,    line->too_long,
                               line->time_outs};
    return put_counts(w, counts, COUNTS(counts));
}

static enum cosem_result sign_on(const struct cosem_call *call, struct writer *w)
{
    const struct iec21_statistics *port = &call->context->links->sign_on;
    const uint32_t counts[] = {port->sign_ons, port->parity_errors, port->bad_messages,
                               port->time_outs};
    return put_counts(w, counts, COUNTS(counts));
}

const struct class_data_config class_data_sign_on = {.value = sign_on};
