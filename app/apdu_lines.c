#include "app/apdu_lines.h"

#include "app/client_result.h"
#include "app/layers_text.h"
#include "app/value.h"
#include "app/words.h"
#include "cosem/compact.h"
#include "cosem/data.h"

#include <inttypes.h>

struct place place_within(struct place at, int steps)
{
    return (struct place){at.text, at.depth + steps};
}

FILE *place_begin(struct place at)
{
    fprintf(at.text->out, "%*s", 2 * at.depth, "");
    return at.text->out;
}

void place_octets(struct place at, const char *name, const uint8_t *octets, size_t size)
{
    fprintf(at.text->out, "%*s%s", 2 * at.depth, "", name);
    for (size_t i = 0; i < size; i++) {
        fprintf(at.text->out, "%s%02X", i == 0 ? " " : "", octets[i]);
    }
    fputc('\n', at.text->out);
}

static const char *tag_name(enum cosem_tag tag)
{
    static const char *const names[] = {
        [COSEM_NULL] = "null-data",
        [COSEM_ARRAY] = "array",
        [COSEM_STRUCTURE] = "structure",
        [COSEM_BOOLEAN] = "boolean",
        [COSEM_BIT_STRING] = "bit-string",
        [COSEM_I32] = "double-long",
        [COSEM_U32] = "double-long-unsigned",
        [COSEM_OCTET_STRING] = "octet-string",
        [COSEM_VISIBLE_STRING] = "visible-string",
        [COSEM_UTF8_STRING] = "utf8-string",
        [COSEM_BCD] = "bcd",
        [COSEM_I8] = "integer",
        [COSEM_I16] = "long",
        [COSEM_U8] = "unsigned",
        [COSEM_U16] = "long-unsigned",
        [COSEM_I64] = "long64",
        [COSEM_U64] = "long64-unsigned",
        [COSEM_ENUM] = "enum",
        [COSEM_COMPACT_ARRAY] = "compact-array",
        [COSEM_F32] = "float32",
        [COSEM_F64] = "float64",
        [COSEM_DATE_TIME] = "date-time",
        [COSEM_DATE] = "date",
        [COSEM_TIME] = "time",
    };
    return names[tag];
}

/* Its elements, each as the Data that it stands for: none of them is compact again. */
static void place_compact(const struct cosem_value *v, struct place at)
{
    struct cosem_compact compact = cosem_compact_open(v);
    uint8_t octets[VALUE_ELEMENT_ROOM];
    struct writer w = writer_over(octets, sizeof octets);
    fprintf(place_begin(at), "compact-array of %zu octets\n", v->count);
    while (cosem_compact_next(&compact, &w)) {
        struct reader element = reader_over(octets, writer_kept(&w));
        place_data(&element, place_within(at, 1));
        w = writer_over(octets, sizeof octets);
    }
    if (compact.contents.fault) {
        fprintf(place_begin(place_within(at, 1)), "contents that do not fit the types\n");
    }
}

/* Containers are kept on a stack of what each still needs; deeper ones are not indented further. */
static void place_parts(struct reader *r, struct place at)
{
    enum { DEEPEST = 24 };
    size_t due[DEEPEST] = {1};
    int level = 0;
    while (level >= 0 && !r->fault) {
        if (due[level] == 0) {
            level--;
            continue;
        }
        due[level]--;
        struct cosem_value v = cosem_take_value(r);
        bool container = v.tag == COSEM_ARRAY || v.tag == COSEM_STRUCTURE;
        if (r->fault || (container && level + 1 == DEEPEST)) {
            reader_fail(r);
        } else if (container) {
            fprintf(place_begin(place_within(at, level)), "%s of %zu\n", tag_name(v.tag), v.count);
            due[++level] = v.count;
        } else if (v.tag == COSEM_COMPACT_ARRAY) {
            place_compact(&v, place_within(at, level));
        } else if (v.octets != NULL) {
            size_t size = v.tag == COSEM_BIT_STRING ? (v.count + 7) / 8 : v.count;
            place_octets(place_within(at, level), tag_name(v.tag), v.octets, size);
        } else if (v.tag == COSEM_NULL) {
            fprintf(place_begin(place_within(at, level)), "null-data\n");
        } else {
            fprintf(place_begin(place_within(at, level)), "%s %" PRId64 "\n", tag_name(v.tag),
                    v.integer);
        }
    }
}

/* A value is shown as it is, and protected data are then explained. */
void place_data(struct reader *r, struct place at)
{
    struct reader value = *r;
    place_parts(r, at);
    if (!r->fault) {
        layers_text_print(reader_part(&value, r->at - value.at), at);
    }
}

void place_list(struct reader *r, struct place at, const char *name,
                void (*print)(struct reader *r, struct place at))
{
    size_t count = cosem_take_length(r);
    fprintf(place_begin(at), "%s: %zu\n", name, count);
    for (size_t i = 0; i < count && !r->fault; i++) {
        print(r, place_within(at, 1));
    }
}

void place_item(const struct dlms_item *item, struct place at, const char *member)
{
    char obis[WORDS_OBIS_ROOM];
    char class_name[WORDS_CLASS_ROOM];
    words_obis(&item->name, obis);
    words_class(item->class_id, class_name);
    fprintf(place_begin(at), "%s (%u) %s %s %d\n", class_name, item->class_id, obis, member,
            item->member);
    if (item->selection.selector != 0) {
        struct reader parameters = reader_over(item->selection.parameters, item->selection.size);
        fprintf(place_begin(place_within(at, 1)), "selector %u\n", item->selection.selector);
        place_data(&parameters, place_within(at, 2));
    }
}

void place_result(struct reader *r, struct place at)
{
    uint8_t result = reader_u8(r);
    fprintf(place_begin(at), "result %u: %s\n", result,
            result == 0 ? "success" : client_result_text((enum cosem_result)result));
}
