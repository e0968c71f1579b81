#include "cosem/compact.h"

/* ---- Making one ---- */

bool cosem_compact_same(struct reader a, struct reader b)
{
    bool same = true;
    while (same && reader_left(&a) > 0 && reader_left(&b) > 0) {
        struct cosem_value of_a = cosem_take_value(&a);
        struct cosem_value of_b = cosem_take_value(&b);
        same = of_a.tag == of_b.tag && of_a.count == of_b.count && of_a.tag != COSEM_ARRAY;
    }
    return same && reader_done(&a) && reader_done(&b);
}

void cosem_compact_put_types(struct writer *w, struct reader data)
{
    while (reader_left(&data) > 0) {
        struct cosem_value value = cosem_take_value(&data);
        writer_u8(w, (uint8_t)value.tag);
        if (value.tag == COSEM_STRUCTURE) {
            cosem_put_length(w, value.count);
        }
    }
}

/* The octets behind the tag of the next value; none of a structure's head. */
static struct reader take_behind_tag(struct reader *data, struct cosem_value *value)
{
    struct reader whole = *data;
    *value = cosem_take_value(data);
    struct reader octets = reader_part(&whole, data->at - whole.at);
    (void)reader_u8(&octets);
    return value->tag == COSEM_STRUCTURE ? reader_over(NULL, 0) : octets;
}

void cosem_compact_put_contents(struct writer *w, struct reader data)
{
    while (reader_left(&data) > 0) {
        struct cosem_value value;
        struct reader octets = take_behind_tag(&data, &value);
        size_t size = reader_left(&octets);
        writer_octets(w, reader_octets(&octets, size), size);
    }
}

static bool has_length(enum cosem_tag tag)
{
    return tag == COSEM_OCTET_STRING || tag == COSEM_VISIBLE_STRING || tag == COSEM_UTF8_STRING ||
           tag == COSEM_BIT_STRING;
}

void cosem_compact_put_blank(struct writer *w, struct reader data)
{
    while (reader_left(&data) > 0) {
        struct cosem_value value;
        struct reader octets = take_behind_tag(&data, &value);
        if (has_length(value.tag)) {
            cosem_put_length(w, value.count);
            (void)cosem_take_length(&octets);
        }
        for (size_t left = reader_left(&octets); left > 0; left--) {
            writer_u8(w, 0);
        }
    }
}

/* ---- Taking one apart ---- */

static void skip_types(struct reader *r)
{
    size_t due = 1;
    while (due > 0 && !r->fault) {
        uint8_t tag = reader_u8(r);
        due--;
        if (tag == COSEM_STRUCTURE) {
            due += cosem_take_length(r);
        } else if (tag == COSEM_ARRAY) {
            (void)reader_u16(r);
            due++;
        } else if (tag == COSEM_COMPACT_ARRAY) {
            reader_fail(r);
        }
        if (due > reader_left(r)) {
            reader_fail(r);
        }
    }
}

void cosem_compact_skip(struct reader *r)
{
    skip_types(r);
    (void)reader_octets(r, cosem_take_length(r));
}

struct cosem_compact cosem_compact_open(const struct cosem_value *value)
{
    struct reader r = reader_over(value->octets, value->count);
    struct reader types = r;
    skip_types(&r);
    struct cosem_compact compact = {.types = reader_part(&types, r.at)};
    size_t size = cosem_take_length(&r);
    compact.contents = reader_part(&r, size);
    return compact;
}

enum { DEPTH_MOST = 8 };

/* A walk through the types, which an array has repeated. */
struct walk {
    struct reader types;
    unsigned depth;
    struct level {
        size_t left;   /* elements */
        size_t type;   /* of each of them, if it is an array */
        size_t behind; /* the type of an array */
        bool repeats;
    } levels[DEPTH_MOST];
};

static void enter(struct walk *walk, enum cosem_tag tag, struct writer *w)
{
    bool repeats = tag == COSEM_ARRAY;
    struct level level = {.repeats = repeats};
    level.left = repeats ? reader_u16(&walk->types) : cosem_take_length(&walk->types);
    struct reader ahead = walk->types;
    if (repeats) {
        skip_types(&ahead);
    }
    level.type = walk->types.at;
    level.behind = ahead.at;
    writer_u8(w, (uint8_t)tag);
    cosem_put_length(w, level.left);
    if (walk->depth == DEPTH_MOST) {
        reader_fail(&walk->types);
    } else {
        walk->levels[walk->depth++] = level;
    }
}

/* To the next type, behind all that is complete. */
static void advance(struct walk *walk)
{
    while (walk->depth > 0) {
        struct level *level = &walk->levels[walk->depth - 1];
        if (level->left > 0) {
            level->left--;
            walk->types.at = level->repeats ? level->type : walk->types.at;
            return;
        }
        walk->types.at = level->repeats ? level->behind : walk->types.at;
        walk->depth--;
    }
}

static void put_value(struct reader *contents, enum cosem_tag tag, struct writer *w)
{
    struct reader whole = *contents;
    (void)cosem_take_contents(contents, tag);
    struct reader octets = reader_part(&whole, contents->fault ? 0 : contents->at - whole.at);
    size_t size = reader_left(&octets);
    writer_u8(w, (uint8_t)tag);
    writer_octets(w, reader_octets(&octets, size), size);
}

/* What takes no octets would go on for ever. */
bool cosem_compact_next(struct cosem_compact *compact, struct writer *w)
{
    struct reader *contents = &compact->contents;
    struct walk walk = {.types = compact->types};
    size_t begin = contents->at;
    if (reader_left(contents) == 0) {
        return false;
    }
    do {
        enum cosem_tag tag = reader_u8(&walk.types);
        if (tag == COSEM_ARRAY || tag == COSEM_STRUCTURE) {
            enter(&walk, tag, w);
        } else {
            put_value(contents, tag, w);
        }
        advance(&walk);
    } while (walk.depth > 0 && !walk.types.fault && !contents->fault && !writer_overflow(w));
    if (walk.types.fault || contents->at == begin || writer_overflow(w)) {
        reader_fail(contents);
    }
    return !contents->fault;
}
