/* The profiles of the four M-Bus channels: load profiles like the others, on every product. */
#include "cosem/data.h"
#include "meter/keeping.h"
#include "test/meter/life.h"
#include "test/unit.h"

enum { CHANNELS = 4, HOUR_S = 3600 };

static int64_t begin_ms(void)
{
    return life_utc_ms(2026, 11, 21, 11, 0, 0);
}

static struct profile *channel(struct life *life, int b)
{
    return &life->meter.profiles[PRODUCT_PROFILE_MBUS_1 + b - 1];
}

static uint32_t rows_of(struct life *life, int b)
{
    return profile_next(channel(life, b)) - profile_first(channel(life, b));
}

static struct cosem_call call_of(struct life *life, uint16_t class_id, struct cosem_name name)
{
    struct cosem_call call = {
        .model = &life->meter.product->model, .context = &life->meter.context, .column = 2};
    enum cosem_result why;
    call.object = cosem_model_find(call.model, class_id, &name, call.column, &why);
    assert_non_null(call.object);
    return call;
}

static int64_t get(struct life *life, uint16_t class_id, struct cosem_name name, int8_t attribute)
{
    uint8_t octets[32];
    struct writer w = writer_over(octets, sizeof octets);
    struct cosem_call call = call_of(life, class_id, name);
    assert_int_equal(cosem_object_get(&call, attribute, &w), COSEM_SUCCESS);
    struct reader r = reader_over(octets, writer_kept(&w));
    return cosem_take_value(&r).integer;
}

static enum cosem_result set(struct life *life, uint16_t class_id, struct cosem_name name,
                             int8_t attribute, struct writer *value)
{
    struct cosem_call call = call_of(life, class_id, name);
    struct reader r = reader_over(value->window, writer_kept(value));
    return cosem_object_set(&call, attribute, &r);
}

static struct cosem_name profile_name(int b)
{
    return (struct cosem_name)COSEM_NAME(0, (uint8_t)b, 24, 3, 0);
}

/* The status that the newest row holds: its only column but the time. */
static uint8_t newest_status(struct life *life, int b, uint32_t *utc_s)
{
    struct profile_row row;
    const struct profile *profile = channel(life, b);
    assert_int_equal(profile_read(profile, profile_next(profile) - 1, &row), STORAGE_DONE);
    struct reader r = reader_over(row.octets, row.size);
    struct cosem_value status = cosem_take_value(&r);
    assert_int_equal(status.tag, COSEM_U8);
    *utc_s = row.stamp.utc_s;
    return (uint8_t)status.integer;
}

/* Each hour, at the hour, on every product; the object tells the row's status. */
static void they_fill_by_the_hour(void **state)
{
    (void)state;
    for (int p = 0; p < PRODUCT_COUNT; p++) {
        struct life *life = life_begin(product_all[p]->name, begin_ms());
        life_run(life, 3 * HOUR_S + 5);
        for (int b = 1; b <= CHANNELS; b++) {
            const struct cosem_name status = COSEM_NAME(0, (uint8_t)b, 96, 10, 3);
            uint32_t utc_s;
            assert_int_equal(rows_of(life, b), 3);
            assert_int_equal(newest_status(life, b, &utc_s), 0);
            assert_int_equal(utc_s % HOUR_S, 0);
            assert_int_equal(get(life, 1, status, 2), 0);
            assert_int_equal(get(life, 7, profile_name(b), 4), HOUR_S);
            assert_int_equal(get(life, 7, profile_name(b), 7), 3);
        }
        life_end(life);
    }
}

/* A cut in the hour is told by its row, in all of them; the rows before it stay. */
static void a_cut_is_in_their_status(void **state)
{
    (void)state;
    for (int p = 0; p < PRODUCT_COUNT; p++) {
        struct life *life = life_begin(product_all[p]->name, begin_ms());
        life_run(life, 2 * HOUR_S + 600);
        life_cut(life, 300);
        life_run(life, HOUR_S);
        for (int b = 1; b <= CHANNELS; b++) {
            uint32_t utc_s;
            assert_int_equal(rows_of(life, b), 3);
            assert_int_equal(newest_status(life, b, &utc_s), PROFILE_PDN);
        }
        life_end(life);
    }
}

static void assert_own_settings(struct life *life)
{
    static const int64_t periods_s[CHANNELS] = {300, 900, 1800, 86400};
    for (int b = 1; b <= CHANNELS; b++) {
        const struct cosem_name encoding = COSEM_NAME(0, (uint8_t)b, 128, 7, 3);
        assert_int_equal(get(life, 7, profile_name(b), 4), periods_s[b - 1]);
        assert_int_equal(get(life, 1, encoding, 2), b % 3);
    }
    assert_int_equal(channel(life, 1)->settings.column_count, 2);
    assert_int_equal(channel(life, 2)->settings.column_count, 1);
}

/* Period, columns and encoding are each channel's own, outlive the supply, and leave the load
 * profiles as they were. */
static void clients_set_them_one_by_one(void **state)
{
    (void)state;
    static const uint32_t periods_s[CHANNELS] = {300, 900, 1800, 86400};
    static const uint8_t import[] = {1, 1, 2, 4, 18,  0,  3, 9,  6, 1,
                                     0, 1, 8, 0, 255, 15, 2, 18, 0, 0};
    struct life *life = life_begin("xs211", begin_ms());
    uint8_t octets[sizeof import];
    for (int b = 1; b <= CHANNELS; b++) {
        const struct cosem_name encoding = COSEM_NAME(0, (uint8_t)b, 128, 7, 3);
        struct writer w = writer_over(octets, sizeof octets);
        cosem_put_u32(&w, periods_s[b - 1]);
        assert_int_equal(set(life, 7, profile_name(b), 4, &w), COSEM_SUCCESS);
        life_rest(life);
        w = writer_over(octets, sizeof octets);
        cosem_put_u8(&w, (uint8_t)(b % 3));
        assert_int_equal(set(life, 1, encoding, 2, &w), COSEM_SUCCESS);
        life_rest(life);
    }
    struct writer w = writer_over(octets, sizeof octets);
    writer_octets(&w, import, sizeof import);
    assert_int_equal(set(life, 7, profile_name(2), 3, &w), COSEM_SUCCESS);
    life_rest(life);
    assert_own_settings(life);
    life_kill(life, 1);
    assert_own_settings(life);
    life_run(life, HOUR_S);
    assert_int_equal(rows_of(life, 1), HOUR_S / 300);
    assert_int_equal(rows_of(life, 2), HOUR_S / 900);
    assert_int_equal(life->meter.profiles[PRODUCT_PROFILE_LOAD_1].settings.period_s, 900);
    life_end(life);
}

/* Chips in the field hold the first six profiles under these numbers: theirs never move. */
static void older_numbers_stand(void **state)
{
    (void)state;
    for (int p = 0; p < PRODUCT_COUNT; p++) {
        for (int i = 0; i < PRODUCT_PROFILES; i++) {
            const struct profile_plan *plan = product_all[p]->profiles[i];
            bool mbus = i >= PRODUCT_PROFILE_MBUS_1;
            if (plan != NULL) {
                assert_int_equal(plan->settings_value, mbus ? 156 + i - 6 : 144 + i);
                assert_int_equal(plan->state_value, mbus ? 160 + i - 6 : 150 + i);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_fill_by_the_hour),
        cmocka_unit_test(a_cut_is_in_their_status),
        cmocka_unit_test(clients_set_them_one_by_one),
        cmocka_unit_test(older_numbers_stand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
