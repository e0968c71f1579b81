/* Harmonics in a meter that lives: what the front end gives is what quantities and registers tell,
 * from the first windows on, and again when the supply has failed. */
#include "meter/meter.h"
#include "test/unit.h"
#include "world/nor/nor.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ORDER_U = 5, ORDER_I = 7, STEP_FRAMES = 82 /* of 10 ms */ };

static const double share_u = 0.03;
static const double share_i = 0.12;

struct whole {
    struct meter meter;
    struct legal_part legal;
    struct harmonics harmonics;
    struct nor nor;
    struct flash flash;
    struct meter_setup setup;
    int64_t frames;
};

static void recover(struct whole *whole)
{
    assert_int_equal(meter_init(&whole->meter, &whole->setup), 0);
    while (meter_recover(&whole->meter) > 0) {
        nor_advance(&whole->nor, 100);
    }
}

static struct whole *begin(const char *product)
{
    struct whole *whole = calloc(1, sizeof *whole);
    struct nor_config config = nor_config_default();
    char error[NOR_ERROR_SIZE];
    assert_non_null(whole);
    assert_int_equal(nor_open(&whole->nor, &config, NULL, error, sizeof error), 0);
    whole->flash = nor_port(&whole->nor);
    whole->setup = (struct meter_setup){
        .legal = &whole->legal,
        .product = product_find(product),
        .serial = 7,
        .reading_password = "password",
        .utc_ms = INT64_C(1800000000000),
        .flash = &whole->flash,
        .harmonics = &whole->harmonics,
    };
    memset(&whole->meter, 0xA5, sizeof whole->meter); /* nothing of it may be taken for granted */
    recover(whole);
    return whole;
}

static void end(struct whole *whole)
{
    nor_close(&whole->nor);
    free(whole);
}

/* 230 V with its 5th, 5 A with its 7th harmonic, as the converters give them. */
static void feed(struct whole *whole, int count)
{
    const struct legal_config *config = &whole->meter.config;
    const double tau = 2 * acos(-1);
    double u_peak = 230 * sqrt(2) / (config->u_full_scale_mv / 1e3) * (1 << 23);
    double i_peak = 5 * sqrt(2) / (config->i_full_scale_ma / 1e3) * (1 << 23);
    for (int k = 0; k < count; k++, whole->frames++) {
        int32_t frame[LEGAL_CHANNELS];
        for (int phase = 0; phase < config->phases; phase++) {
            double x = tau * (50.0 * (double)whole->frames / LEGAL_FRAME_HZ - phase / 3.0);
            frame[2 * phase] = (int32_t)lround(u_peak * (sin(x) + share_u * sin(ORDER_U * x)));
            frame[2 * phase + 1] = (int32_t)lround(i_peak * (sin(x) + share_i * sin(ORDER_I * x)));
        }
        meter_frames(&whole->meter, frame, 1);
    }
}

static void live(struct whole *whole, int seconds)
{
    for (int step = 0; step < 100 * seconds; step++) {
        feed(whole, STEP_FRAMES);
        (void)meter_step(&whole->meter, whole->frames * 1000 / LEGAL_FRAME_HZ);
        nor_advance(&whole->nor, 10000);
    }
}

static double read(const struct whole *whole, struct quantity quantity)
{
    struct quantity_value value;
    assert_int_equal(quantity_read(&whole->meter.source, quantity, &value), 0);
    assert_true(value.valid);
    return (double)value.value * pow(10, value.scaler);
}

static const struct quantity thd_u = {QUANTITY_THD_U, 1, 0};

static void assert_none(const struct whole *whole)
{
    struct quantity_value value;
    assert_int_equal(quantity_read(&whole->meter.source, thd_u, &value), 0);
    assert_false(value.valid);
}

static void assert_near(double value, double expected)
{
    if (fabs(value - expected) > 2e-4 * expected) {
        fail_msg("%f instead of %f", value, expected);
    }
}

static void assert_harmonics(const struct whole *whole)
{
    for (uint8_t phase = 1; phase <= whole->meter.config.phases; phase++) {
        assert_near(read(whole, (struct quantity){QUANTITY_THD_U, phase, 0}), 100 * share_u);
        assert_near(read(whole, (struct quantity){QUANTITY_THD_I, phase, 0}), 100 * share_i);
        assert_near(read(whole, (struct quantity){QUANTITY_U, phase, 1}), 230);
        assert_near(read(whole, (struct quantity){QUANTITY_U, phase, ORDER_U}), 230 * share_u);
        assert_near(read(whole, (struct quantity){QUANTITY_I, phase, ORDER_I}), 5 * share_i);
        assert_true(read(whole, (struct quantity){QUANTITY_U, phase, ORDER_I}) < 0.01);
    }
}

static void a_living_meter_measures_harmonics(void **state)
{
    (void)state;
    for (int i = 0; i < PRODUCT_COUNT; i++) {
        struct whole *whole = begin(product_all[i]->name);
        bool able = product_all[i]->harmonics != NULL;
        live(whole, 3);
        if (able) {
            assert_harmonics(whole);
        } else {
            struct quantity_value value;
            assert_int_equal(quantity_read(&whole->meter.source, thd_u, &value), -1);
        }
        end(whole);
    }
}

static void so_does_the_one_after_it(void **state)
{
    (void)state;
    struct whole *whole = begin("st402d");
    live(whole, 2);
    assert_int_equal(meter_power_fail(&whole->meter), 0);
    memset(&whole->harmonics, 0, sizeof whole->harmonics);
    recover(whole);
    assert_none(whole); /* of the last life */
    live(whole, 3);
    assert_harmonics(whole);
    end(whole);
}

/* A process that lends no room has a meter without harmonics, and all the rest. */
static void without_room_there_are_none(void **state)
{
    (void)state;
    struct whole *whole = begin("st402d");
    whole->setup.harmonics = NULL;
    recover(whole);
    live(whole, 2);
    assert_none(whole);
    assert_near(read(whole, (struct quantity){QUANTITY_P, 1, 0}), 1150);
    end(whole);
}

/* A product that measures none leaves the memory alone. */
static void a_product_without_them_takes_no_room(void **state)
{
    (void)state;
    static const struct harmonics untouched;
    struct whole *whole = begin("xs211");
    live(whole, 2);
    assert_memory_equal(&whole->harmonics, &untouched, sizeof untouched);
    end(whole);
}

/* Simulated years have no frames: nothing is begun, and the meter is not woken for it. */
static void intervals_have_none(void **state)
{
    (void)state;
    struct whole *whole = begin("st402d");
    struct legal_interval interval = {.frames = LEGAL_FRAME_HZ, .f_uhz = 50000000};
    interval.phase[0].u_uv = 230000000;
    for (int second = 0; second < 10; second++) {
        legal_direct(whole->meter.legal, &interval, NULL);
        (void)meter_step(&whole->meter, second * 1000);
    }
    assert_int_equal(whole->harmonics.frame, 0);
    assert_none(whole);
    end(whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_living_meter_measures_harmonics),
        cmocka_unit_test(so_does_the_one_after_it),
        cmocka_unit_test(without_room_there_are_none),
        cmocka_unit_test(a_product_without_them_takes_no_room),
        cmocka_unit_test(intervals_have_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
