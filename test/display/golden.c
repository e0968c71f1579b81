#include "test/display/golden.h"

#include "test/display/drawing.h"
#include "test/unit.h"

FILE *golden_begin(const char *name, char made[GOLDEN_PATH])
{
    snprintf(made, GOLDEN_PATH, "golden-%s.txt", name);
    FILE *file = fopen(made, "w");
    assert_non_null(file);
    return file;
}

void golden_draw(FILE *file, const char *title, struct display *display)
{
    fprintf(file, "== %s\n", title);
    drawing_write(file, drawing_look(display));
}

static bool same_content(const char *one_path, const char *other_path)
{
    FILE *one = fopen(one_path, "r");
    FILE *other = fopen(other_path, "r");
    assert_non_null(one);
    bool same = other != NULL;
    for (int c = 0; same && c != EOF;) {
        c = fgetc(one);
        same = c == fgetc(other);
    }
    fclose(one);
    if (other) {
        fclose(other);
    }
    return same;
}

void golden_compare(FILE *file, const char *name, const char *made)
{
    char golden[GOLDEN_PATH];
    fclose(file);
    snprintf(golden, sizeof golden, "%s/display/golden/%s.txt", WATTHOUR_TEST, name);
    if (!same_content(made, golden)) {
        fail_msg("the screens differ: diff build/.../%s %s", made, golden);
    }
}
