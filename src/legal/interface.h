/* The legally relevant part as an image of its own: what stands at its first address. Everything
 * that others may ask of it is in this table, and nothing else of the image is anybody's business:
 * WELMEC 7.2, S3. docs/LEGAL.md lists the calls with their effect.
 *
 * `samples`, `window` and what changes anything must be called with the right to write to the
 * part's memory; on a Cortex-M, privileged. The others only read. */
#ifndef WATTHOUR_LEGAL_INTERFACE_H
#define WATTHOUR_LEGAL_INTERFACE_H

#include "legal/identity.h"
#include "legal/part.h"

enum { LEGAL_INTERFACE_MARK = 0x4c4d4857, LEGAL_INTERFACE_VERSION = 3, LEGAL_TYPES = 4 };

struct legal_interface {
    uint32_t mark;
    uint32_t version;
    uint32_t size; /* octets of the image, this table included */
    /* The checksum is the SHA-256 of these octets, with zeros in its own place. */
    struct legal_identity identity;
    const struct legal_part *part;
    const struct legal_type *types[LEGAL_TYPES]; /* xs211, sm402d, st402d, st402c */

    /* Clears the part's memory: once, before everything else. */
    void (*reset)(void);

    /* As legal/part.h, legal/legal.h and legal/calibration.h have them. begin() refuses a second
     * time and any type but those above (-1); until recover() has ended no frame is taken and
     * nothing else is done: rate_select() and those that set something answer -1 then, and where
     * their argument makes no sense. */
    int (*begin)(const struct legal_begin *begin);
    int (*recover)(void);
    unsigned (*samples)(const int32_t *frame);
    void (*window)(void);
    int (*rate_select)(unsigned rate);
    int64_t (*keep)(int64_t now_ms);
    int (*power_fail)(void);
    int (*calibrate)(const struct legal_calibration *calibration);
    int (*set_transformers)(const struct legal_transformers *transformers);
    void (*seal)(void);
    void (*set_temperature)(int32_t temperature_mc);

    /* These tell zeros of what is not there. */
    bool (*window_due)(void);
    const struct legal_config *(*configuration)(void);
    const struct legal_parameters *(*parameters)(void);
    enum legal_keep_found (*found)(void);
    void (*read)(struct legal_snapshot *snapshot);
    int64_t (*energy_uws)(unsigned phase, enum legal_energy energy);
    int64_t (*rate_energy_uws)(unsigned rate, enum legal_energy energy);
    unsigned (*rate)(void);
    uint32_t (*pulses)(enum legal_pulse output);
    void (*read_code)(unsigned phase, struct legal_code *code);
};

#endif
