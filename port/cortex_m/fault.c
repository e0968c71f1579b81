#include "port/cortex_m/fault.h"

#include "base/crc32.h"
#include "base/need.h"
#include "port/cortex_m/board.h"
#include "port/cortex_m/registers.h"

#include <string.h>

/* Whatever RAM holds when the supply comes has no right check sum. */
static struct {
    struct fault_story story;
    uint32_t check;
} kept __attribute__((section(".noinit")));

static uint32_t check_of(const struct fault_story *story)
{
    return crc32(0, story, sizeof *story);
}

bool fault_take(struct fault_story *story)
{
    bool valid = kept.check == check_of(&kept.story) && kept.story.cause != FAULT_NONE;
    if (valid) {
        *story = kept.story;
    }
    memset(&kept, 0, sizeof kept);
    return valid;
}

static noreturn void end(const struct fault_story *story)
{
    kept.story = *story;
    kept.check = check_of(&kept.story);
    board_on_fault(&kept.story);
}

noreturn void need_failed(const char *file, int line)
{
    struct fault_story story = {.cause = FAULT_NEED, .line = (uint32_t)line};
    size_t size = strlen(file);
    const char *tail = size < FAULT_FILE ? file : file + size - (FAULT_FILE - 1);
    memcpy(story.file, tail, strlen(tail));
    end(&story);
}

static uint32_t address_of(uint32_t status)
{
    if ((status & MEMORY_ADDRESS_VALID) != 0) {
        return FAULT_ADDRESS;
    }
    return (status & BUS_ADDRESS_VALID) != 0 ? BUS_FAULT_ADDRESS : 0;
}

/* `frame` is what the processor has put on the stack: r0..r3, r12, lr, pc, xpsr. A stack that ran
 * over holds nothing of it, but can be read. */
noreturn void fault_tell(const uint32_t *frame, uint32_t exc_return);

noreturn void fault_tell(const uint32_t *frame, uint32_t exc_return)
{
    enum { LR = 5, PC = 6 };
    uint32_t exception = INTERRUPT_CONTROL & 0x1ff;
    struct fault_story story = {
        .cause = exception == EXCEPTION_NMI ? FAULT_WATCHDOG : FAULT_EXCEPTION,
        .exception = exception,
        .status = FAULT_STATUS,
        .address = address_of(FAULT_STATUS),
        .pc = frame[PC],
        .lr = frame[LR],
        .stack = (uint32_t)(uintptr_t)frame,
        .exc_return = exc_return,
    };
    end(&story);
}
