#include "app/data.h"

#include "storage/layout.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* The product whose data the chip holds; NULL: nobody's, or no data yet. */
static const char *owner_of(const struct flash *flash)
{
    for (uint32_t at = 0; at < flash->size; at += flash->sector) {
        struct belt_header header;
        if (belt_inspect(flash, at, &header) == BELT_SECTOR_DATA) {
            const struct storage_layout *layout = layout_of_identity(header.identity);
            if (layout) {
                return layout->product;
            }
        }
    }
    return NULL;
}

int data_open(struct data *data, const char *directory, const struct product *product, char *error,
              size_t error_size)
{
    char path[DATA_PATH];
    struct nor_config config = nor_config_default();
    int size = snprintf(path, sizeof path, "%s/flash.nor", directory);
    if (size < 0 || (size_t)size >= sizeof path) {
        snprintf(error, error_size, "%.40s...: the path is too long", directory);
        return -1;
    }
    if (mkdir(directory, 0777) != 0 && errno != EEXIST) {
        snprintf(error, error_size, "%s: %s; give a directory that can be written", directory,
                 strerror(errno));
        return -1;
    }
    if (nor_open(&data->nor, &config, path, error, error_size) != 0) {
        return -1;
    }
    snprintf(data->fault_path, sizeof data->fault_path, "%.*s/fault", DATA_PATH - 8, directory);
    data->flash = nor_port(&data->nor);
    const char *owner = owner_of(&data->flash);
    if (owner && strcmp(owner, product->name) != 0) {
        snprintf(error, error_size,
                 "%s: this is the flash of an %s; give --product %s, or another "
                 "directory",
                 path, owner, owner);
        nor_close(&data->nor);
        return -1;
    }
    return 0;
}

void data_close(struct data *data)
{
    nor_close(&data->nor);
}
