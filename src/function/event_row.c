#include "function/event.h"

#include <stddef.h>

#define LOG(log) (1u << EVENT_LOG_##log)

/* An event whose cause just ends, and one whose end is an event too. */
#define ROW(event, where)                                                                          \
    {                                                                                              \
        EVENT_##event, EVENT_NONE, (where)                                                         \
    }
#define PAIR(event, end, where)                                                                    \
    {                                                                                              \
        EVENT_##event, EVENT_##end, (where)                                                        \
    }
#define PHASE(event, phase, log)                                                                   \
    {                                                                                              \
        EVENT_##event##_L1 + (phase)-1, EVENT_NONE, (log)                                          \
    }
#define PHASES(event, log) PHASE(event, 1, log), PHASE(event, 2, log), PHASE(event, 3, log)

/* Two codes for each phase: exceeded, and in order again. */
#define FUSE(phase)                                                                                \
    {EVENT_FUSE_EXCEEDED_L1 + 2 * ((phase)-1), EVENT_FUSE_OK_L1 + 2 * ((phase)-1),                 \
     LOG(DISCONNECT)},                                                                             \
    {                                                                                              \
        EVENT_FUSE_OK_L1 + 2 * ((phase)-1), EVENT_NONE, LOG(DISCONNECT)                            \
    }

/* Ascending by code. */
static const struct event_row rows[] = {
    PAIR(TERMINAL_COVER_OPEN, TERMINAL_COVER_CLOSED, LOG(FRAUD) | LOG(TERMINAL_COVER)),
    ROW(TERMINAL_COVER_CLOSED, LOG(FRAUD) | LOG(TERMINAL_COVER)),
    PAIR(STRONG_FIELD, STRONG_FIELD_GONE, LOG(FRAUD)),
    ROW(STRONG_FIELD_GONE, LOG(FRAUD)),
    PAIR(METER_COVER_OPEN, METER_COVER_CLOSED, LOG(FRAUD) | LOG(METER_COVER)),
    ROW(METER_COVER_CLOSED, LOG(FRAUD) | LOG(METER_COVER)),
    ROW(AUTHENTICATION_FAILED, LOG(FRAUD)),
    ROW(DECIPHERING_FAILED, LOG(FRAUD)),
    ROW(REPLAY, LOG(FRAUD)),
    ROW(READY_FOR_RECONNECTION, LOG(DISCONNECT)),
    ROW(MANUAL_DISCONNECTION, LOG(DISCONNECT)),
    ROW(MANUAL_CONNECTION, LOG(DISCONNECT)),
    ROW(REMOTE_DISCONNECTION, LOG(DISCONNECT)),
    ROW(REMOTE_CONNECTION, LOG(DISCONNECT)),
    ROW(LOCAL_DISCONNECTION, LOG(DISCONNECT)),
    PAIR(LIMIT_EXCEEDED, LIMIT_OK, LOG(DISCONNECT)),
    ROW(LIMIT_OK, LOG(DISCONNECT)),
    ROW(LIMIT_CHANGED, LOG(DISCONNECT)),
    ROW(DISCONNECTOR_FAILURE, LOG(DISCONNECT)),
    ROW(LOCAL_CONNECTION, LOG(DISCONNECT)),
    FUSE(1),
    FUSE(2),
    FUSE(3),
    PHASES(UNDERVOLTAGE, LOG(QUALITY)),
    PHASES(OVERVOLTAGE, LOG(QUALITY)),
    PHASES(VOLTAGE_MISSING, LOG(QUALITY)),
    PHASES(VOLTAGE_NORMAL, LOG(QUALITY)),
    ROW(PHASE_SEQUENCE, LOG(QUALITY)),
    ROW(NEUTRAL_MISSING, LOG(QUALITY)),
    ROW(PHASE_ASYMMETRY, LOG(QUALITY)),
    ROW(CURRENT_REVERSED, LOG(FRAUD)),
    PHASES(VOLTAGE_BAD, LOG(QUALITY)),
    ROW(MODEM_SILENT, LOG(COMMUNICATION)),
    ROW(MODEM_FAILED, LOG(COMMUNICATION)),
    PAIR(SIM_FAILED, SIM_OK, LOG(COMMUNICATION)),
    ROW(SIM_OK, LOG(COMMUNICATION)),
    ROW(GSM_REFUSED, LOG(COMMUNICATION)),
    ROW(GPRS_REFUSED, LOG(COMMUNICATION)),
    ROW(PDP_ESTABLISHED, LOG(COMMUNICATION)),
    ROW(PDP_ENDED, LOG(COMMUNICATION)),
    ROW(PDP_FAILED, LOG(COMMUNICATION)),
    ROW(MODEM_SOFT_RESET, LOG(COMMUNICATION)),
    ROW(MODEM_HARD_RESET, LOG(COMMUNICATION)),
    ROW(SIGNAL_LOW, LOG(COMMUNICATION)),
    ROW(LOCAL_COMMUNICATION, LOG(COMMUNICATION)),
    PHASES(CURRENT_WITHOUT_VOLTAGE, LOG(FRAUD)),
    PAIR(STRONG_EMF, STRONG_EMF_GONE, LOG(FRAUD)),
    ROW(STRONG_EMF_GONE, LOG(FRAUD)),
    ROW(LOCAL_PROGRAMMING, LOG(FRAUD) | LOG(PROGRAMMING)),
    ROW(CALIBRATION_REFUSED, LOG(FRAUD)),
};

enum { ROWS = sizeof rows / sizeof rows[0] };

const struct event_row *event_row(uint8_t code)
{
    static const struct event_row standard = {0, EVENT_NONE, LOG(STANDARD)};
    for (size_t i = 0; i < ROWS && rows[i].code <= code; i++) {
        if (rows[i].code == code) {
            return &rows[i];
        }
    }
    return &standard;
}
