/* The subcommands of `watthour`. Each takes its own argv (argv[0] is the subcommand's name) and
 * gives the process's exit code. */
#ifndef WATTHOUR_APP_COMMAND_H
#define WATTHOUR_APP_COMMAND_H

enum {
    COMMAND_DONE = 0,
    COMMAND_FAILED = 1, /* refused or failed: one line on stderr said what, where, what to do */
    COMMAND_USAGE = 2,  /* wrong words on the command line */
};

int command_run(int argc, char **argv);
int command_display(int argc, char **argv);
int command_get(int argc, char **argv);
int command_objects(int argc, char **argv);
int command_set(int argc, char **argv);
int command_act(int argc, char **argv);
int command_clock(int argc, char **argv);
int command_calendar(int argc, char **argv);
int command_cert(int argc, char **argv);
int command_ca(int argc, char **argv);
int command_listen(int argc, char **argv);
int command_events(int argc, char **argv);
int command_profile(int argc, char **argv);
int command_dump(int argc, char **argv);
int command_decode(int argc, char **argv);
int command_readout(int argc, char **argv);
int command_scan(int argc, char **argv);
int command_p1(int argc, char **argv);
int command_flash(int argc, char **argv);
int command_accuracy(int argc, char **argv);
int command_calibrate(int argc, char **argv);

#endif
