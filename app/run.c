#include "app/bus.h"
#include "app/command.h"
#include "app/panel.h"
#include "app/ports.h"
#include "app/run_options.h"
#include "app/simulation.h"
#include "app/status.h"
#include "app/terminal.h"
#include "app/waking.h"
#include "port/posix/loop.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ERROR_SIZE = 512,
    SECOND_US = 1000000,
    SERVE_EVERY_US = 10000, /* so long at most do the ports wait for the measurement */
    BEHIND_MAX_US = 500000, /* what a machine too slow for the speed need not catch up */
};

struct run {
    struct run_options options;
    struct simulation simulation;
    struct simulation_night night; /* hears of the meter on its battery */
    struct loop loop;
    struct panel *panel;      /* NULL: off */
    struct terminal terminal; /* with --display */
    struct ports ports;       /* open while the meter has its supply */
    struct bus *bus;          /* NULL: none */
    bool failed;              /* one line has said why */
    int64_t paced_us;         /* host time that `paced_frames` stands for, */
    uint64_t paced_frames;    /* at this speed, which may be changed while it runs */
    double paced_speed;
    uint64_t last_frame; /* where the run ends */
    int64_t status_us;   /* host time of the last status line */
    uint64_t status_frames;
};

static bool is_over(const struct run *run)
{
    return run->loop.stopped || run->failed || run->simulation.frames >= run->last_frame;
}

/* From here on it is counted how far the meter should have come. */
static void pace_from(struct run *run, int64_t now_us)
{
    run->paced_us = now_us;
    run->paced_frames = run->simulation.frames;
    run->paced_speed = run->simulation.speed;
}

/* How far the meter should have come by now. */
static uint64_t frames_due(struct run *run, int64_t now_us)
{
    double speed = run->simulation.speed;
    if (speed != run->paced_speed) {
        pace_from(run, now_us);
    }
    if (speed <= 0) {
        return run->last_frame;
    }
    double frames_per_us = speed * LEGAL_FRAME_HZ / SECOND_US;
    uint64_t due = run->paced_frames + (uint64_t)((double)(now_us - run->paced_us) * frames_per_us);
    double behind_us = ((double)due - (double)run->simulation.frames) / frames_per_us;
    if (behind_us > BEHIND_MAX_US + SECOND_US / speed) {
        pace_from(run, now_us);
        return run->paced_frames;
    }
    return due < run->last_frame ? due : run->last_frame;
}

static int open_ports(struct run *run)
{
    char error[ERROR_SIZE];
    if (ports_open(&run->ports, &run->options, &run->loop, &run->simulation.meter, error,
                   sizeof error) != 0) {
        fprintf(stderr, "watthour run: %s\n", error);
        return -1;
    }
    bus_attach(run->bus, &run->simulation.meter);
    run->ports.bus = run->bus;
    return 0;
}

/* The connections go with the meter; another meter has ports of its own. */
static void follow_supply(struct run *run, bool was_on)
{
    if (run->simulation.on == was_on) {
        return;
    }
    if (was_on) {
        bus_detach(run->bus);
        ports_darken(&run->ports);
    } else {
        run->failed = open_ports(run) != 0;
    }
    if (!run->options.quiet) {
        status_print_supply(&run->simulation, &run->options);
    }
}

/* Measures until the meter's time is what it should be, or the ports want a turn. False: there
 * was nothing to do. */
static bool measure(struct run *run)
{
    int64_t begun_us = loop_time_us();
    uint64_t due = frames_due(run, begun_us);
    bool advanced = false;
    while (run->simulation.frames < due && loop_time_us() - begun_us < SERVE_EVERY_US) {
        bool was_on = run->simulation.on;
        uint64_t passed = simulation_advance(&run->simulation, due - run->simulation.frames);
        follow_supply(run, was_on);
        if (passed == 0 || run->failed) {
            break;
        }
        advanced = true;
    }
    return advanced;
}

/* Once a second of the host's time. */
static void report(struct run *run)
{
    int64_t now_us = loop_time_us();
    int64_t elapsed_us = now_us - run->status_us;
    if (elapsed_us < SECOND_US) {
        return;
    }
    double meter_s = (double)(run->simulation.frames - run->status_frames) / (double)LEGAL_FRAME_HZ;
    run->status_us = now_us - (elapsed_us % SECOND_US);
    run->status_frames = run->simulation.frames;
    if (run->options.display) {
        terminal_draw(&run->terminal);
    } else if (!run->options.quiet) {
        status_print_line(&run->simulation, &run->options,
                          meter_s * SECOND_US / (double)elapsed_us);
    }
}

static void serve_until_over(struct run *run)
{
    pace_from(run, loop_time_us());
    run->status_us = run->paced_us;
    while (!is_over(run)) {
        bool busy = measure(run);
        loop_serve(&run->loop, busy ? 0 : SERVE_EVERY_US / 1000);
        if (ports_lit(&run->ports)) {
            waking_light(&run->simulation);
        }
        ports_step(&run->ports);
        bus_step(run->bus, run->simulation.frames);
        if (run->panel) {
            panel_step(run->panel);
        }
        if (run->options.display) {
            terminal_step(&run->terminal);
        }
        report(run);
    }
}

/* With phasors a meter lives whole seconds. */
static uint64_t frames_to_run(const struct run_options *options)
{
    double seconds = options->duration_s;
    if (!(seconds > 0)) {
        return UINT64_MAX;
    }
    seconds = options->source == RUN_SOURCE_PHASORS ? ceil(seconds) : seconds;
    return (uint64_t)(seconds * LEGAL_FRAME_HZ);
}

static int open_panel(struct run *run)
{
    char error[ERROR_SIZE];
    if (run->options.panel_port != 0 &&
        panel_open(&run->panel, &run->options, &run->simulation, error, sizeof error) != 0) {
        fprintf(stderr, "watthour run: %s\n", error);
        return -1;
    }
    return 0;
}

static int open_bus(struct run *run)
{
    char error[ERROR_SIZE];
    if (bus_open(&run->bus, &run->options, &run->loop, error, sizeof error) != 0) {
        fprintf(stderr, "watthour run: %s\n", error);
        return -1;
    }
    return 0;
}

/* Without mains: the optical port is that of the meter that is awake on its battery. */
static void night_woke(void *context, struct meter *meter)
{
    struct run *run = context;
    ports_wake(&run->ports, meter);
}

static void night_sleeps(void *context)
{
    struct run *run = context;
    ports_sleep(&run->ports);
}

static bool night_needed(void *context)
{
    const struct run *run = context;
    return ports_awake(&run->ports);
}

static int open_all(struct run *run)
{
    char error[ERROR_SIZE];
    if (simulation_open(&run->simulation, &run->options, error, sizeof error) != 0) {
        fprintf(stderr, "watthour run: %s\n", error);
        return -1;
    }
    run->night = (struct simulation_night){night_woke, night_sleeps, night_needed, run};
    run->simulation.night = &run->night;
    if (loop_open(&run->loop) != 0) {
        fprintf(stderr, "watthour run: event loop: %s\n", strerror(errno));
        simulation_close(&run->simulation);
        return -1;
    }
    if (open_bus(run) != 0 || open_ports(run) != 0 || open_panel(run) != 0) {
        bus_close(run->bus);
        ports_close(&run->ports);
        loop_close(&run->loop);
        simulation_close(&run->simulation);
        return -1;
    }
    return 0;
}

static void close_all(struct run *run)
{
    if (run->panel) {
        panel_close(run->panel);
    }
    bus_close(run->bus);
    ports_close(&run->ports);
    loop_close(&run->loop);
    bool kept = simulation_power_fail(&run->simulation) == 0;
    if (!kept && run->options.data) {
        fprintf(stderr, "watthour run: %s: the flash chip did not take the last energies\n",
                run->options.data);
        run->failed = true;
    }
    status_print_end(&run->simulation, &run->options);
    simulation_close(&run->simulation);
}

static int run_meter(struct run *run)
{
    if (open_all(run) != 0) {
        return COMMAND_FAILED;
    }
    run->last_frame = frames_to_run(&run->options);
    status_print_head(&run->simulation, &run->options, &run->ports,
                      run->panel ? panel_url(run->panel) : NULL);
    if (run->options.display) {
        terminal_open(&run->terminal, &run->loop, &run->simulation);
    }
    serve_until_over(run);
    if (run->options.display) {
        terminal_draw(&run->terminal);
        terminal_close(&run->terminal);
    }
    close_all(run);
    return run->failed ? COMMAND_FAILED : COMMAND_DONE;
}

int command_run(int argc, char **argv)
{
    struct run *run = calloc(1, sizeof *run);
    if (!run) {
        fputs("watthour run: out of memory\n", stderr);
        return COMMAND_FAILED;
    }
    int exit_code;
    if (run_options_parse(&run->options, argc, argv, &exit_code) == 0) {
        exit_code = run_meter(run);
    }
    free(run);
    return exit_code;
}
