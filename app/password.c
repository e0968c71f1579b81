#include "app/password.h"

#include "app/private_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_ROOM = 4096 };

int password_take_file(struct option_value *value, char password[PASSWORD_ROOM])
{
    char text[FILE_ROOM];
    const char *reason;
    if (private_file_read(value->text, text, sizeof text, &reason) != 0) {
        fprintf(stderr, "watthour %s: --password-file %s: %s\n", value->command, value->text,
                reason);
        value->bad = true;
        return -1;
    }
    size_t size = strcspn(text, "\r\n");
    if (size == 0 || size >= PASSWORD_ROOM) {
        option_refuse(value, "a file whose first line is the password, 1 to 64 characters");
        return -1;
    }
    memcpy(password, text, size);
    password[size] = '\0';
    return 0;
}

int password_take_environment(const char *command, char password[PASSWORD_ROOM])
{
    const char *given = getenv("WATTHOUR_PASSWORD");
    if (!given) {
        return 0;
    }
    size_t size = strlen(given);
    if (size == 0 || size >= PASSWORD_ROOM) {
        fprintf(stderr, "watthour %s: WATTHOUR_PASSWORD: give 1 to 64 characters\n", command);
        return -1;
    }
    memcpy(password, given, size + 1);
    return 1;
}
