/* Who the legally relevant part says it is, against its files: read here by themselves, the list of
 * them made from what the folder holds and from what the files include. */
#include "crypto/hash.h"
#include "legal/identity.h"
#include "test/unit.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SOURCES WATTHOUR_TEST "/../src/"

enum { FILES = 128, NAME = 64, TEXT = 1 << 17, DIGEST = 32 };

struct files {
    char name[FILES][NAME];
    size_t count;
};

static size_t read_file(const char *name, char *text)
{
    char path[512];
    snprintf(path, sizeof path, SOURCES "%s", name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t size = fread(text, 1, TEXT - 1, file);
    fclose(file);
    assert_true(size > 0 && size < TEXT - 1);
    text[size] = '\0';
    return size;
}

static bool is_there(const char *name)
{
    char path[512];
    snprintf(path, sizeof path, SOURCES "%s", name);
    FILE *file = fopen(path, "rb");
    if (file != NULL) {
        fclose(file);
    }
    return file != NULL;
}

static void add(struct files *files, const char *name)
{
    for (size_t i = 0; i < files->count; i++) {
        if (strcmp(files->name[i], name) == 0) {
            return;
        }
    }
    assert_true(files->count < FILES);
    snprintf(files->name[files->count++], NAME, "%s", name);
}

/* The folder itself: sources, headers, the version. */
static void add_folder(struct files *files)
{
    DIR *folder = opendir(SOURCES "legal");
    assert_non_null(folder);
    for (const struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
        size_t size = strlen(entry->d_name);
        bool source = size > 2 && (strcmp(entry->d_name + size - 2, ".c") == 0 ||
                                   strcmp(entry->d_name + size - 2, ".h") == 0);
        if (source || strcmp(entry->d_name, "LEGAL_VERSION") == 0) {
            char name[NAME];
            snprintf(name, sizeof name, "legal/%.50s", entry->d_name);
            add(files, name);
        }
    }
    closedir(folder);
}

/* Each header that a file includes, and the source that goes with it. */
static void add_included(struct files *files, const char *text)
{
    static const char include[] = "#include \"";
    for (const char *at = strstr(text, include); at; at = strstr(at + 1, include)) {
        char name[NAME];
        const char *begin = at + sizeof include - 1;
        snprintf(name, sizeof name, "%.*s", (int)strcspn(begin, "\""), begin);
        add(files, name);
        name[strlen(name) - 1] = 'c';
        if (is_there(name)) {
            add(files, name);
        }
    }
}

static int by_name(const void *a, const void *b)
{
    return strcmp(a, b);
}

static struct files parts(char *text)
{
    static struct files files;
    files.count = 0;
    add_folder(&files);
    for (size_t i = 0; i < files.count; i++) {
        read_file(files.name[i], text);
        add_included(&files, text);
    }
    qsort(files.name, files.count, NAME, by_name);
    return files;
}

static void digest_of(const void *octets, size_t size, uint8_t digest[DIGEST])
{
    struct crypto_hash hash;
    crypto_hash_begin(&hash, CRYPTO_SHA256);
    crypto_hash_add(&hash, octets, size);
    crypto_hash_end(&hash, digest);
}

static void the_checksum_is_that_of_the_files(void **state)
{
    char *text = malloc(TEXT);
    char *manifest = calloc(1, TEXT);
    (void)state;
    assert_true(text && manifest);
    struct files files = parts(text);
    uint8_t digest[DIGEST];
    for (size_t i = 0; i < files.count; i++) {
        digest_of(text, read_file(files.name[i], text), digest);
        size_t at = strlen(manifest);
        for (size_t k = 0; k < sizeof digest; k++) {
            at += (size_t)snprintf(manifest + at, TEXT - at, "%02x", digest[k]);
        }
        snprintf(manifest + at, TEXT - at, "  %s\n", files.name[i]);
    }
    digest_of(manifest, strlen(manifest), digest);
    assert_memory_equal(digest, legal_identity()->checksum, sizeof digest);
    free(manifest);
    free(text);
}

static void what_it_copies_of_other_rooms_is_little(void **state)
{
    char *text = malloc(TEXT);
    size_t others = 0;
    (void)state;
    assert_non_null(text);
    struct files files = parts(text);
    for (size_t i = 0; i < files.count; i++) {
        bool own = strncmp(files.name[i], "legal/", strlen("legal/")) == 0;
        bool lent = strncmp(files.name[i], "base/", strlen("base/")) == 0 ||
                    strncmp(files.name[i], "storage/", strlen("storage/")) == 0;
        assert_true(own || lent);
        others += lent;
    }
    assert_true(files.count > 2 * others);
    free(text);
}

static void the_name_has_the_version_of_its_file(void **state)
{
    char expected[TEXT];
    char version[TEXT];
    (void)state;
    read_file("legal/LEGAL_VERSION", version);
    version[strcspn(version, "\n")] = '\0';
    snprintf(expected, sizeof expected, "watthour legal %.32s", version);
    assert_string_equal(legal_identity()->name, expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_checksum_is_that_of_the_files),
        cmocka_unit_test(what_it_copies_of_other_rooms_is_little),
        cmocka_unit_test(the_name_has_the_version_of_its_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
