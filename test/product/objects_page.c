/* Writes docs/OBJECTS.md: what each product shows to each client, from the very rows that the
 * server enforces. */
#include "app/words.h"
#include "product/product.h"

#include <stdio.h>
#include <stdlib.h>

typedef bool has_right(const struct cosem_object *object, int number, unsigned column);

/* " r1-9": the letter, and the numbers up to `most` that have the right, runs shortened. */
static void print_rights(const struct cosem_object *object, unsigned column, int most,
                         const char *letter, has_right *has)
{
    const char *before = letter;
    for (int first = 1; first <= most; first++) {
        if (!has(object, first, column)) {
            continue;
        }
        int last = first;
        while (last < most && has(object, last + 1, column)) {
            last++;
        }
        printf("%s%d", before, first);
        if (last > first) {
            printf("%s%d", last == first + 1 ? "," : "-", last);
        }
        before = ",";
        first = last;
    }
}

static void print_object(const struct product *product, const struct cosem_instance *one)
{
    char obis[WORDS_OBIS_ROOM];
    char label[WORDS_LABEL_ROOM];
    char class_name[WORDS_CLASS_ROOM];
    words_obis(&one->name, obis);
    words_label(&one->name, label);
    words_class(one->object->ic->id, class_name);
    printf("| %s | %s | %s | %u | %u |", obis, label, class_name, one->object->ic->id,
           one->object->ic->version);
    for (int i = 0; i < product->partner_count; i++) {
        unsigned column = product->partners[i].column;
        int attributes = one->object->ic->attribute_count + 1;
        print_rights(one->object, column, attributes, " r", cosem_object_readable);
        print_rights(one->object, column, attributes, " w", cosem_object_writable);
        print_rights(one->object, column, one->object->ic->method_count, " m",
                     cosem_object_callable);
        printf(" |");
    }
    putchar('\n');
}

static int compare(const void *a, const void *b)
{
    const struct cosem_instance *left = a;
    const struct cosem_instance *right = b;
    for (int i = 0; i < 6; i++) {
        int difference = left->name.obis[i] - right->name.obis[i];
        if (difference != 0) {
            return difference;
        }
    }
    return left->object->ic->id - right->object->ic->id;
}

static int print_product(const struct product *product)
{
    uint32_t count = cosem_model_count(&product->model);
    struct cosem_instance *objects = calloc(count, sizeof *objects);
    if (!objects) {
        return -1;
    }
    printf("\n## %s\n\n%u objects.\n\n| OBIS | word | class | id | version |", product->title,
           count);
    for (int i = 0; i < product->partner_count; i++) {
        printf(" client %u |", product->partners[i].sap);
    }
    printf("\n|--|--|--|--|--|");
    for (int i = 0; i < product->partner_count; i++) {
        printf("--|");
    }
    putchar('\n');
    for (uint32_t n = 0; n < count; n++) {
        objects[n] = cosem_model_object(&product->model, n);
    }
    qsort(objects, count, sizeof *objects, compare);
    for (uint32_t n = 0; n < count; n++) {
        print_object(product, &objects[n]);
    }
    free(objects);
    return 0;
}

int main(void)
{
    puts("# Objects\n\n"
         "What each product shows over DLMS/COSEM, written by `ninja -C build/host objects-page`\n"
         "from the rows of `src/product/`; a test holds it to them. The clients are 16 Public,\n"
         "2 Reading and 1 Management. `r1-3` are attributes that a client reads, `w2` those that "
         "it\n"
         "writes, `m1` methods that it calls; a client to which a cell is empty does not see the\n"
         "object at all. The words are those of `watthour get`.");
    for (int i = 0; i < PRODUCT_COUNT; i++) {
        if (print_product(product_all[i]) != 0) {
            return 1;
        }
    }
    return 0;
}
