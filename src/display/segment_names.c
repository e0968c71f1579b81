#include "display/segments.h"

static const char *const names[SEGMENTS_END - SEGMENTS_SYMBOLS] = {
    "k",      "W",       "V",       "A",       "r",        "h",        "Hz",
    "degree", "cross",   "QI",      "QII",     "QIII",     "QIV",      "import",
    "export", "L1",      "L2",      "L3",      "L1export", "L2export", "L3export",
    "MID",    "message", "clock",   "battery", "open",     "closed",   "P1",
    "net",    "signal1", "signal2", "signal3", "fault",    "cover",
};

const char *segments_symbol_name(enum segments_symbol symbol)
{
    return names[symbol - SEGMENTS_SYMBOLS];
}
