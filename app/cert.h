/* What the orders of `watthour cert` have in common, and the orders themselves; each returns an
 * exit code, one line has said why it is not done. */
#ifndef WATTHOUR_APP_CERT_H
#define WATTHOUR_APP_CERT_H

#include "app/certificate_file.h"
#include "app/client.h"
#include "base/writer.h"

#include <stdbool.h>

enum { CERT_SETUP_CLASS = 64, CERT_NAME_ROOM = 512 };

/* Methods of the class. */
enum cert_method {
    CERT_AGREE = 3,
    CERT_GENERATE = 4,
    CERT_REQUEST = 5,
    CERT_IMPORT = 6,
    CERT_EXPORT = 7,
    CERT_REMOVE = 8,
};

extern const struct cosem_name cert_setup; /* the object */

/* Words by their numbers in the class, NULL behind the last. */
extern const char *const cert_entities[];
extern const char *const cert_uses[];
extern const char *const cert_keys[];

/* One line of what failed and why. COMMAND_FAILED. */
int cert_say(const struct client *client, const char *what, const char *reason);

/* One line, or JSON, of what is done. COMMAND_DONE. */
int cert_done(const struct client *client, const char *what);

/* Calls a method of the setup; 0, or -1, and one line has said why. */
int cert_call(struct client *client, enum cert_method method, const struct writer *parameter,
              struct reader *returned, const char *what);

/* An octet string that a method gave back; empty: it is none. */
struct dlms_octets cert_take_octets(struct reader *returned);

/* Writes that to a file; NULL or "-": prints it. */
int cert_write(const struct client *client, const char *path, enum certificate_label label,
               struct reader returned);

int cert_list(struct client *client);

/* A request for the pair of a use, which is made anew first. */
int cert_request(struct client *client, int use, bool anew, const char *path);
int cert_import(struct client *client, const char *path);

/* `who`: meter, a system title, or an authority's name. */
int cert_export(struct client *client, const char *who, int use, const char *path);
int cert_remove(struct client *client, const char *who, int use);

/* Agrees on a key, and writes it to a file. */
int cert_agree(struct client *client, int key, const char *path);

#endif
