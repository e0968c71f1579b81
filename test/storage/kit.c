#define _GNU_SOURCE /* memmem */

#include "test/storage/kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void kit_open(struct kit *kit, uint32_t sectors)
{
    char error[NOR_ERROR_SIZE];
    struct nor_config config = nor_config_default();
    config.size = sectors * KIT_SECTOR;
    config.sector = KIT_SECTOR;
    config.program_min_us = config.program_max_us;
    config.erase_min_us = config.erase_max_us;
    if (nor_open(&kit->nor, &config, NULL, error, sizeof error) != 0) {
        fprintf(stderr, "%s\n", error);
        abort();
    }
    kit->flash = nor_port(&kit->nor);
}

void kit_close(struct kit *kit)
{
    nor_close(&kit->nor);
}

void kit_plan_cut(struct kit *kit, uint64_t operation, uint32_t octets, uint16_t erased)
{
    const struct nor_tear tear = {.octets = octets, .erased = erased, .seed = operation};
    nor_plan_cut(&kit->nor, operation, &tear);
}

void kit_power_on(struct kit *kit)
{
    nor_power_on(&kit->nor);
}

bool kit_finds(const struct nor *nor, const uint8_t *octets, uint32_t size)
{
    uint8_t *image = malloc(nor->config.size);
    for (uint32_t at = 0; at < nor->config.size; at++) {
        image[at] = nor_peek(nor, at);
    }
    bool found = memmem(image, nor->config.size, octets, size) != NULL;
    free(image);
    return found;
}

void kit_settle_journal(struct kit *kit, struct journal *journal)
{
    while (journal_step(journal) > 0) {
        nor_advance(&kit->nor, 10000);
    }
}

static int noisy_read(void *context, uint32_t at, void *octets, uint32_t size)
{
    struct kit_noise *noise = context;
    int result = noise->kit->flash.read(&noise->kit->nor, at, octets, size);
    if (noise->read > 0 && --noise->read == 0) {
        ((uint8_t *)octets)[size / 2] ^= 0x10;
    }
    return result;
}

static int noisy_program(void *context, uint32_t at, const void *octets, uint32_t size)
{
    struct kit_noise *noise = context;
    return noise->kit->flash.program(&noise->kit->nor, at, octets, size);
}

static int noisy_erase(void *context, uint32_t at)
{
    struct kit_noise *noise = context;
    return noise->kit->flash.erase(&noise->kit->nor, at);
}

static enum flash_state noisy_state(void *context)
{
    struct kit_noise *noise = context;
    nor_advance(&noise->kit->nor, 100000);
    return noise->kit->flash.state(&noise->kit->nor);
}

static int noisy_suspend(void *context)
{
    struct kit_noise *noise = context;
    return noise->kit->flash.suspend(&noise->kit->nor);
}

static int noisy_resume(void *context)
{
    struct kit_noise *noise = context;
    return noise->kit->flash.resume(&noise->kit->nor);
}

void kit_noise_open(struct kit_noise *noise, struct kit *kit, uint64_t read)
{
    *noise = (struct kit_noise){.flash = kit->flash, .kit = kit, .read = read};
    noise->flash.context = noise;
    noise->flash.read = noisy_read;
    noise->flash.program = noisy_program;
    noise->flash.erase = noisy_erase;
    noise->flash.state = noisy_state;
    noise->flash.suspend = noisy_suspend;
    noise->flash.resume = noisy_resume;
}
