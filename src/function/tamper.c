#include "function/tamper.h"

#include "base/reader.h"
#include "base/writer.h"

/* As a value: docs/FLASH.md. */
enum { VERSION = 1, SIZE = RTC_INPUTS * (1 + 4 + 4 + 4 + 2 + 1 + 4 + 8 + 8) };

static const uint8_t codes[RTC_INPUTS] = {
    [RTC_TERMINAL_COVER] = EVENT_TERMINAL_COVER_OPEN,
    [RTC_METER_COVER] = EVENT_METER_COVER_OPEN,
    [RTC_STRONG_FIELD] = EVENT_STRONG_FIELD,
    [RTC_STRONG_EMF] = EVENT_STRONG_EMF,
};

void tamper_init(struct tamper *tamper, const struct rtc *rtc, struct event_book *events,
                 uint8_t fitted)
{
    *tamper = (struct tamper){.rtc = rtc, .events = events, .fitted = fitted};
}

static uint32_t seconds_since(const struct tamper_input *input, int64_t utc_ms)
{
    int64_t s = utc_ms / 1000 - input->begun.utc_s;
    return s < 0 ? 0 : s > UINT32_MAX ? UINT32_MAX : (uint32_t)s;
}

uint32_t tamper_lasts_s(const struct tamper *tamper, enum rtc_input input)
{
    int64_t now_ms = tamper->events->clock->utc_ms;
    return tamper->inputs[input].there ? seconds_since(&tamper->inputs[input], now_ms) : 0;
}

/* ---- What happened ---- */

static void record(struct tamper *tamper, uint8_t code, int64_t utc_ms)
{
    const struct event event = {.code = code,
                                .stamp = event_stamp_at(tamper->events->clock, utc_ms)};
    event_enter(tamper->events, &event);
    tamper->changed = true;
}

static void begin(struct tamper *tamper, enum rtc_input which, int64_t utc_ms, uint32_t times)
{
    struct tamper_input *input = &tamper->inputs[which];
    input->there = true;
    input->count += times;
    input->begun = event_stamp_at(tamper->events->clock, utc_ms);
    record(tamper, codes[which], utc_ms);
}

static void end(struct tamper *tamper, enum rtc_input which, int64_t utc_ms)
{
    struct tamper_input *input = &tamper->inputs[which];
    uint32_t more_s = seconds_since(input, utc_ms);
    input->total_s += more_s < UINT32_MAX - input->total_s ? more_s : UINT32_MAX - input->total_s;
    input->there = false;
    record(tamper, event_row(codes[which])->gone, utc_ms);
}

/* What is new of a reading: how often it began since the last one and when first, when it ended. */
struct news {
    uint32_t count;
    int64_t begun_ms;
    int64_t ended_ms; /* 0: it did not */
};

static struct news news_of(struct tamper_input *input, const struct rtc_input_reading *reading,
                           int64_t now_ms)
{
    bool anew = reading->count < input->told.count ||
                (input->told.count > 0 && reading->begun_ms != input->told.begun_ms);
    if (anew) {
        input->told.count = 0;
    }
    struct news news = {.count = reading->count - input->told.count, .begun_ms = now_ms};
    if (input->told.count == 0 && reading->count > 0) {
        news.begun_ms = reading->begun_ms;
    }
    if (reading->ended_ms != input->told.ended_ms) {
        news.ended_ms = reading->ended_ms;
    }
    return news;
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* A chip without supply and battery noticed nothing: what is there now counts from now. */
static void tell(struct tamper *tamper, enum rtc_input which, const struct news *news, bool there)
{
    int64_t now_ms = tamper->events->clock->utc_ms;
    int64_t ended_ms = news->ended_ms != 0 ? news->ended_ms : now_ms;
    bool began = news->count > 0;
    const struct tamper_input *input = &tamper->inputs[which];
    if (input->there && (news->ended_ms != 0 || began || !there)) {
        end(tamper, which, began ? earlier(ended_ms, news->begun_ms) : ended_ms);
    }
    if (!input->there && (began || there)) {
        begin(tamper, which, news->begun_ms, began ? news->count : 1);
    }
    if (input->there && !there) {
        end(tamper, which, ended_ms);
    }
}

static void follow(struct tamper *tamper, enum rtc_input which,
                   const struct rtc_input_reading *reading)
{
    struct tamper_input *input = &tamper->inputs[which];
    struct news news = news_of(input, reading, tamper->events->clock->utc_ms);
    tell(tamper, which, &news, reading->there);
    input->told.count = reading->count;
    input->told.begun_ms = reading->begun_ms;
    input->told.ended_ms = reading->ended_ms;
    tamper->taken = tamper->taken || reading->count > 0 || reading->ended_ms != 0;
}

void tamper_look(struct tamper *tamper)
{
    const struct rtc *rtc = tamper->rtc;
    struct rtc_input_reading readings[RTC_INPUTS];
    if (rtc == NULL || rtc->inputs == NULL || rtc->inputs(rtc->context, readings) != 0) {
        return;
    }
    for (int which = 0; which < RTC_INPUTS; which++) {
        if ((tamper->fitted >> which & 1) != 0) {
            follow(tamper, (enum rtc_input)which, &readings[which]);
        }
    }
}

/* ---- What outlives the supply ---- */

static int store(struct tamper *tamper)
{
    uint8_t octets[SIZE];
    struct writer w = writer_over(octets, sizeof octets);
    for (int i = 0; i < RTC_INPUTS; i++) {
        const struct tamper_input *input = &tamper->inputs[i];
        writer_u8(&w, input->there);
        writer_u32(&w, input->count);
        writer_u32(&w, input->total_s);
        writer_u32(&w, input->begun.utc_s);
        writer_u16(&w, (uint16_t)input->begun.offset_min);
        writer_u8(&w, input->begun.clock_status);
        writer_u32(&w, input->told.count);
        writer_u64(&w, (uint64_t)input->told.begun_ms);
        writer_u64(&w, (uint64_t)input->told.ended_ms);
    }
    return journal_put(&tamper->storage->values, tamper->value, VERSION, octets, SIZE);
}

void tamper_recover(struct tamper *tamper, struct storage *storage, uint16_t value)
{
    uint8_t octets[SIZE];
    uint8_t version;
    tamper->storage = storage;
    tamper->value = value;
    if (journal_get(&storage->values, value, &version, octets, sizeof octets) != SIZE ||
        version != VERSION) {
        return;
    }
    struct reader r = reader_over(octets, sizeof octets);
    for (int i = 0; i < RTC_INPUTS; i++) {
        struct tamper_input *input = &tamper->inputs[i];
        input->there = reader_u8(&r) != 0;
        input->count = reader_u32(&r);
        input->total_s = reader_u32(&r);
        input->begun.utc_s = reader_u32(&r);
        input->begun.offset_min = (int16_t)reader_u16(&r);
        input->begun.clock_status = reader_u8(&r);
        input->told.count = reader_u32(&r);
        input->told.begun_ms = (int64_t)reader_u64(&r);
        input->told.ended_ms = (int64_t)reader_u64(&r);
    }
}

int tamper_keep(struct tamper *tamper)
{
    if (tamper->storage != NULL && tamper->changed) {
        if (tamper->events->waiting > 0 || store(tamper) != STORAGE_DONE) {
            return 1;
        }
        tamper->changed = false;
    }
    if (tamper->taken && tamper->rtc->forget(tamper->rtc->context) == 0) {
        tamper->taken = false;
    }
    return 0;
}
