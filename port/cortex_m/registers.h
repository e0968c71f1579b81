/* Registers: the processor's own, and CMSDK's at the places of the board (its place.h).
 * Sources: Armv7-M Architecture Reference Manual (DDI 0403), CMSDK Technical Reference Manual
 * (DDI 0479). */
#ifndef WATTHOUR_PORT_CORTEX_M_REGISTERS_H
#define WATTHOUR_PORT_CORTEX_M_REGISTERS_H

#include <place.h>

#include <stdint.h>

#define REGISTER(address)       (*(volatile uint32_t *)(uintptr_t)(address))
#define REGISTER_OCTET(address) (*(volatile uint8_t *)(uintptr_t)(address))

/* System control space. */
#define SYSTICK_CONTROL            REGISTER(0xe000e010)
#define SYSTICK_RELOAD             REGISTER(0xe000e014)
#define SYSTICK_VALUE              REGISTER(0xe000e018)
#define NVIC_ENABLE(number)        REGISTER(0xe000e100U + (uint32_t)(number) / 32 * 4)
#define NVIC_PEND(number)          REGISTER(0xe000e200U + (uint32_t)(number) / 32 * 4)
#define NVIC_BIT(number)           (1U << (uint32_t)(number) % 32)
#define NVIC_PRIORITY(number)      REGISTER_OCTET(0xe000e400 + (number))
#define INTERRUPT_CONTROL          REGISTER(0xe000ed04)
#define RESET_CONTROL              REGISTER(0xe000ed0c)
#define SYSTEM_PRIORITY(exception) REGISTER_OCTET(0xe000ed14 + (exception))
#define SYSTEM_HANDLERS            REGISTER(0xe000ed24)
#define FAULT_STATUS               REGISTER(0xe000ed28)
#define FAULT_ADDRESS              REGISTER(0xe000ed34)
#define BUS_FAULT_ADDRESS          REGISTER(0xe000ed38)
#define COPROCESSOR_ACCESS         REGISTER(0xe000ed88)

enum {
    SYSTICK_ENABLE = 1 << 0,
    SYSTICK_INTERRUPT = 1 << 1,
    SYSTICK_PROCESSOR_CLOCK = 1 << 2,
    PENDSV_SET = 1 << 28,
    RESET_KEY = 0x05fa << 16,
    RESET_REQUEST = 1 << 2,
    SEPARATE_FAULTS = 7 << 16, /* usage, bus and memory faults have handlers of their own */
    MEMORY_ADDRESS_VALID = 1 << 7,
    BUS_ADDRESS_VALID = 1 << 15,
};

/* Numbers of the processor's exceptions; interrupt n is exception 16 + n. */
enum exception {
    EXCEPTION_NMI = 2,
    EXCEPTION_HARD_FAULT = 3,
    EXCEPTION_MEMORY_FAULT = 4,
    EXCEPTION_BUS_FAULT = 5,
    EXCEPTION_USAGE_FAULT = 6,
    EXCEPTION_SVCALL = 11,
    EXCEPTION_PENDSV = 14,
    EXCEPTION_SYSTICK = 15,
    EXCEPTION_INTERRUPTS = 16,
};

/* CMSDK timer: the sample interrupt. */
#define TIMER_CONTROL REGISTER(PLACE_TIMER + 0x00)
#define TIMER_VALUE   REGISTER(PLACE_TIMER + 0x04)
#define TIMER_RELOAD  REGISTER(PLACE_TIMER + 0x08)
#define TIMER_CLEAR   REGISTER(PLACE_TIMER + 0x0c)

enum { TIMER_ENABLE = 1 << 0, TIMER_INTERRUPT_ENABLE = 1 << 3 };

/* CMSDK watchdog: its first time-out is the NMI, its second the reset. */
#define WATCHDOG_LOAD    REGISTER(PLACE_WATCHDOG + 0x00)
#define WATCHDOG_CONTROL REGISTER(PLACE_WATCHDOG + 0x08)
#define WATCHDOG_CLEAR   REGISTER(PLACE_WATCHDOG + 0x0c)

enum { WATCHDOG_NMI = 1 << 0, WATCHDOG_RESET = 1 << 1 };

#define BOARD_COUNTER REGISTER(PLACE_COUNTER)

#endif
