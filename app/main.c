#include "app/command.h"

#include <stdio.h>
#include <string.h>

struct command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *summary;
};

static const struct command commands[] = {
    {"run", command_run, "run a virtual meter: mains, household, measurement, DLMS/COSEM"},
    {"display", command_display, "the same, its display in the terminal, keys for buttons"},
    {"get", command_get, "read attributes of a meter over DLMS/COSEM"},
    {"objects", command_objects, "list the objects that a meter shows"},
    {"set", command_set, "write an attribute"},
    {"act", command_act, "call a method"},
    {"clock", command_clock, "show, synchronise or shift the clock of a meter"},
    {"calendar", command_calendar, "show, write or draw a tariff calendar"},
    {"cert", command_cert, "certificates of a meter: request, import, list, remove"},
    {"ca", command_ca, "a small certification authority for the desk"},
    {"listen", command_listen, "take what meters push, and print it"},
    {"events", command_events, "print a log of a meter"},
    {"profile", command_profile, "read rows of a load profile, a billing profile or a log"},
    {"dump", command_dump, "read everything that a meter shows"},
    {"readout", command_readout, "take the readout of an optical port, IEC 62056-21 mode C"},
    {"scan", command_scan, "look for the meters on a line of several, RS-485"},
    {"p1", command_p1, "read, show and check telegrams of a customer port P1"},
    {"decode", command_decode, "explain octets of a line: HDLC, wrapper, APDU, data"},
    {"flash", command_flash, "show a meter's flash chip: contents, wear, life"},
    {"calibrate", command_calibrate, "take a virtual meter through the factory, and seal it"},
    {"accuracy", command_accuracy, "put a virtual meter on the virtual test bench"},
};

enum { COMMANDS = sizeof commands / sizeof commands[0] };

static void print_help(FILE *out)
{
    fputs("watthour " WATTHOUR_VERSION ", an open smart electricity meter\n\n"
          "usage: watthour COMMAND [OPTIONS]\n\ncommands:\n",
          out);
    for (int i = 0; i < COMMANDS; i++) {
        fprintf(out, "  %-9s %s\n", commands[i].name, commands[i].summary);
    }
    fputs("\n`watthour COMMAND --help` explains one.\n", out);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        print_help(stderr);
        return COMMAND_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
        print_help(stdout);
        return COMMAND_DONE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts("watthour " WATTHOUR_VERSION);
        return COMMAND_DONE;
    }
    for (int i = 0; i < COMMANDS; i++) {
        if (strcmp(argv[1], commands[i].name) == 0) {
            return commands[i].run(argc - 1, argv + 1);
        }
    }
    fprintf(stderr, "watthour: unknown command '%s'; see 'watthour --help'\n", argv[1]);
    return COMMAND_USAGE;
}
