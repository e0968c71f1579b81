#include "app/event_text.h"

#include "function/event.h"

#include <stdio.h>

static const char *const texts[UINT8_MAX + 1] = {
    [EVENT_POWER_DOWN] = "power down",
    [EVENT_POWER_UP] = "power up",
    [EVENT_DST_CHANGED] = "daylight saving changed",
    [EVENT_CLOCK_OLD_TIME] = "clock set: old time",
    [EVENT_CLOCK_NEW_TIME] = "clock set: new time",
    [EVENT_CLOCK_INVALID] = "clock invalid",
    [EVENT_BATTERY_REPLACE] = "replace battery",
    [EVENT_BATTERY_LOW] = "battery low",
    [EVENT_TARIFF_ACTIVATED] = "tariff activated",
    [EVENT_ERROR_CLEARED] = "error register cleared",
    [EVENT_ALARM_CLEARED] = "alarm register cleared",
    [EVENT_PROGRAM_MEMORY_ERROR] = "program memory error",
    [EVENT_RAM_ERROR] = "RAM error",
    [EVENT_NV_MEMORY_ERROR] = "flash memory error",
    [EVENT_WATCHDOG_ERROR] = "watchdog",
    [EVENT_MEASUREMENT_ERROR] = "measurement error",
    [EVENT_FIRMWARE_READY] = "firmware ready",
    [EVENT_FIRMWARE_ACTIVATED] = "firmware activated",
    [EVENT_TARIFF_PROGRAMMED] = "tariff programmed",
    [EVENT_EXTERNAL_ALERT] = "external alert",
    [EVENT_BILLING_ENDED] = "end of billing period",
    [EVENT_TERMINAL_COVER_OPEN] = "terminal cover opened",
    [EVENT_TERMINAL_COVER_CLOSED] = "terminal cover closed",
    [EVENT_STRONG_FIELD] = "strong magnetic field",
    [EVENT_STRONG_FIELD_GONE] = "strong magnetic field gone",
    [EVENT_METER_COVER_OPEN] = "meter cover opened",
    [EVENT_METER_COVER_CLOSED] = "meter cover closed",
    [EVENT_AUTHENTICATION_FAILED] = "authentication failed",
    [EVENT_PARAMETER_CHANGED] = "parameter changed",
    [EVENT_KEY_CHANGED] = "key changed",
    [EVENT_DECIPHERING_FAILED] = "deciphering failed",
    [EVENT_REPLAY] = "replay",
    [EVENT_FIRMWARE_REFUSED] = "firmware refused",
    [EVENT_UNEXPECTED_CONSUMPTION] = "unexpected consumption",
    [EVENT_READY_FOR_RECONNECTION] = "ready for reconnection",
    [EVENT_MANUAL_DISCONNECTION] = "disconnected by hand",
    [EVENT_MANUAL_CONNECTION] = "connected by hand",
    [EVENT_REMOTE_DISCONNECTION] = "disconnected from afar",
    [EVENT_REMOTE_CONNECTION] = "connected from afar",
    [EVENT_LOCAL_DISCONNECTION] = "disconnected by the meter",
    [EVENT_LIMIT_EXCEEDED] = "limit exceeded",
    [EVENT_LIMIT_OK] = "limit kept again",
    [EVENT_LIMIT_CHANGED] = "limit changed",
    [EVENT_DISCONNECTOR_FAILURE] = "disconnector failure",
    [EVENT_LOCAL_CONNECTION] = "connected by the meter",
    [EVENT_UNDERVOLTAGE_L1] = "voltage low L1",
    [EVENT_UNDERVOLTAGE_L1 + 1] = "voltage low L2",
    [EVENT_UNDERVOLTAGE_L1 + 2] = "voltage low L3",
    [EVENT_OVERVOLTAGE_L1] = "voltage high L1",
    [EVENT_OVERVOLTAGE_L1 + 1] = "voltage high L2",
    [EVENT_OVERVOLTAGE_L1 + 2] = "voltage high L3",
    [EVENT_VOLTAGE_MISSING_L1] = "voltage missing L1",
    [EVENT_VOLTAGE_MISSING_L1 + 1] = "voltage missing L2",
    [EVENT_VOLTAGE_MISSING_L1 + 2] = "voltage missing L3",
    [EVENT_VOLTAGE_NORMAL_L1] = "voltage normal L1",
    [EVENT_VOLTAGE_NORMAL_L1 + 1] = "voltage normal L2",
    [EVENT_VOLTAGE_NORMAL_L1 + 2] = "voltage normal L3",
    [EVENT_PHASE_SEQUENCE] = "wrong phase sequence",
    [EVENT_NEUTRAL_MISSING] = "neutral missing",
    [EVENT_PHASE_ASYMMETRY] = "phase asymmetry",
    [EVENT_CURRENT_REVERSED] = "current reversed",
    [EVENT_LOCAL_COMMUNICATION] = "local communication",
    [EVENT_PROFILE_CLEARED] = "profile cleared",
    [EVENT_LOG_CLEARED] = "log cleared",
};

const char *event_text(uint8_t code)
{
    static char unknown[16];
    snprintf(unknown, sizeof unknown, "event %u", code);
    return texts[code] ? texts[code] : unknown;
}
