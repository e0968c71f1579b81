#include "app/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* `watthour display ...` is `watthour run --display ...`. */
int command_display(int argc, char **argv)
{
    char **words = calloc((size_t)argc + 2, sizeof *words);
    if (!words) {
        fputs("watthour display: out of memory\n", stderr);
        return COMMAND_FAILED;
    }
    static char run[] = "run";
    static char option[] = "--display";
    words[0] = run;
    words[1] = option;
    memcpy(&words[2], &argv[1], ((size_t)argc - 1) * sizeof *words);
    int exit_code = command_run(argc + 1, words);
    free(words);
    return exit_code;
}
