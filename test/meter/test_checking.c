/* The self-test of a whole meter: each part fails, is told, and measuring goes on. */
#define _GNU_SOURCE /* mkstemp */

#include "base/need.h"
#include "port/posix/selftest.h"
#include "test/meter/life.h"
#include "test/unit.h"
#include "world/rtc.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static const int64_t begin_ms = INT64_C(1795258800000);

static enum selftest_verdict verdict;
static enum selftest_verdict legal_verdict;
static int alive;

static enum selftest_verdict told(void *context, bool first)
{
    (void)context;
    (void)first;
    return verdict;
}

static enum selftest_verdict told_of_legal(void *context, bool first)
{
    (void)context;
    (void)first;
    return legal_verdict;
}

static void nothing(void *context)
{
    (void)context;
}

static void count(void *context)
{
    (void)context;
    alive++;
}

static const struct meter_port port = {
    .program = told, .legal = told_of_legal, .lock = nothing, .unlock = nothing, .alive = count};

static const uint8_t application[IDENTITY_CHECKSUM_SIZE] = {1, 2, 3};

static const uint8_t *told_checksum(void *context)
{
    return context != NULL ? application : NULL;
}

static struct life *life;

static int set_up(void **state)
{
    (void)state;
    verdict = SELFTEST_RIGHT;
    legal_verdict = SELFTEST_RIGHT;
    life = life_begin("st402d", begin_ms);
    life->setup.port = &port;
    life_kill(life, 1);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    life_end(life);
    return 0;
}

static bool raised(enum event_code code)
{
    return event_is_raised(&life->meter.events, code);
}

static void a_good_meter_passes(void **state)
{
    (void)state;
    alive = 0;
    life_run(life, 3000);
    assert_true(selftest_is_complete(&life->meter.selftest));
    assert_int_equal(life->meter.selftest.failed, 0);
    assert_true(alive >= 3000);
    assert_false(raised(EVENT_PROGRAM_MEMORY_ERROR) || raised(EVENT_RAM_ERROR) ||
                 raised(EVENT_NV_MEMORY_ERROR) || raised(EVENT_MEASUREMENT_ERROR));
}

static void a_wrong_program_is_told_and_measuring_goes_on(void **state)
{
    (void)state;
    verdict = SELFTEST_WRONG;
    life_run(life, 60);
    int64_t before = legal_energy_uws(life->meter.legal, 0, LEGAL_ENERGY_A_IMPORT);
    assert_true(raised(EVENT_PROGRAM_MEMORY_ERROR));
    life_run(life, 60);
    assert_true(legal_energy_uws(life->meter.legal, 0, LEGAL_ENERGY_A_IMPORT) > before);
}

static void a_corrupted_legal_part_is_not_run_again(void **state)
{
    (void)state;
    life_run(life, 60);
    assert_non_null(life->meter.legal);
    legal_verdict = SELFTEST_WRONG;
    for (int64_t s = 0; s < 2 * 86400 && life->meter.legal; s += 3600) {
        (void)meter_step(&life->meter, life->meter.now_ms + 3600000);
        (void)meter_step(&life->meter, life->meter.now_ms + 1000);
    }
    assert_null(life->meter.legal);
    assert_null(life->meter.part);
    struct quantity_value value;
    const struct quantity energy = {.kind = QUANTITY_A_IMPORT};
    assert_int_equal(quantity_read(&life->meter.source, energy, &value), 0);
    assert_false(value.valid);
    assert_true(raised(EVENT_PROGRAM_MEMORY_ERROR));
}

/* 1-1:0.2.8 of the meter. */
static size_t read_checksum(uint8_t octets[64])
{
    static const struct cosem_name name = COSEM_NAME(1, 1, 0, 2, 8);
    const struct cosem_model *model = &life->meter.product->model;
    const struct product *product = life->meter.product;
    enum cosem_result why;
    const struct cosem_object *object =
        cosem_model_find(model, 1, &name, product->partners[0].column, &why);
    assert_non_null(object);
    struct cosem_call call = {.object = object, .model = model, .context = &life->meter.context};
    struct writer w = writer_over(octets, 64);
    assert_int_equal(cosem_object_attribute(object, 2)->get(&call, &w), COSEM_SUCCESS);
    return writer_kept(&w);
}

static void the_applications_checksum_is_the_ports(void **state)
{
    (void)state;
    static int somebody;
    struct meter_port telling = port;
    uint8_t octets[64];
    life->setup.port = &telling;
    for (int knows = 0; knows < 3; knows++) {
        telling.checksum = knows > 0 ? told_checksum : NULL;
        telling.context = knows > 1 ? &somebody : NULL;
        life_kill(life, 1);
        size_t size = read_checksum(octets);
        assert_int_equal(octets[1], knows > 1 ? sizeof application : 0);
        assert_int_equal(size, 2 + octets[1]);
        assert_memory_equal(octets + 2, application, octets[1]);
    }
}

static void converters_that_stand_are_told(void **state)
{
    (void)state;
    life_run(life, 10);
    for (int s = 0; s < 100; s++) {
        (void)meter_step(&life->meter, life->meter.now_ms + 1000);
    }
    assert_true(raised(EVENT_MEASUREMENT_ERROR));
    life_run(life, 60);
    assert_false(raised(EVENT_MEASUREMENT_ERROR));
}

static void more_than_converters_can_show_is_told(void **state)
{
    (void)state;
    life->second.phase[1].u_uv = INT64_C(700000000);
    life_run(life, 20);
    assert_true(raised(EVENT_MEASUREMENT_ERROR));
}

static void a_dead_chip_is_told(void **state)
{
    (void)state;
    life->nor.dead = true;
    life_run(life, 60);
    assert_true(raised(EVENT_NV_MEMORY_ERROR));
}

/* What is being erased cannot be read, and is no error. */
static void erasing_is_no_error(void **state)
{
    (void)state;
    for (int i = 0; i < 4000; i++) {
        legal_direct(life->meter.legal, &life->second, NULL);
        (void)meter_step(&life->meter, life->meter.now_ms + 10);
        nor_advance(&life->nor, 10000);
        assert_false(raised(EVENT_NV_MEMORY_ERROR));
    }
    assert_true((life->meter.selftest.tested >> SELFTEST_MEMORY & 1) != 0);
}

static void a_clock_chip_that_fails_is_found(void **state)
{
    (void)state;
    struct rtc_chip_config config = rtc_chip_config_default();
    struct rtc_chip chip;
    rtc_chip_open(&chip, &config);
    rtc_chip_set(&chip, begin_ms);
    struct rtc rtc = rtc_chip_port(&chip);
    life->setup.rtc = &rtc;
    chip.left = 0.01;
    life_kill(life, 1);
    life_run(life, 100); /* the chip stands: nobody moves it on */
    assert_true(selftest_has_failed(&life->meter.selftest, SELFTEST_CLOCK));
    assert_true(raised(EVENT_BATTERY_LOW));
    life->setup.rtc = NULL;
}

/* Each octet of the meter's memory is what it was. */
static void testing_ram_changes_nothing(void **state)
{
    (void)state;
    struct life *other = life_begin("st402d", begin_ms);
    life_kill(other, 1);
    life_run(life, 2000);
    life_run(other, 2000);
    assert_true(life->meter.selftest.tested >> SELFTEST_RAM & 1);
    for (int energy = 0; energy < LEGAL_ENERGIES; energy++) {
        assert_true(legal_energy_uws(life->meter.legal, 0, (enum legal_energy)energy) ==
                    legal_energy_uws(other->meter.legal, 0, (enum legal_energy)energy));
    }
    assert_memory_equal(life->meter.window, other->meter.window, sizeof life->meter.window);
    assert_memory_equal(life->meter.storage.value_places, other->meter.storage.value_places,
                        sizeof life->meter.storage.value_places);
    assert_true(life->meter.clock.utc_ms == other->meter.clock.utc_ms);
    life_end(other);
}

static void how_the_last_run_ended(void **state)
{
    (void)state;
    const struct selftest_fault fault = {.cause = SELFTEST_CAUSE_NEED, .place = "a.c:7"};
    uint32_t before = event_log_count(&life->meter.events, EVENT_LOG_STANDARD);
    life->setup.fault = &fault;
    life_kill(life, 1);
    life_run(life, 2);
    struct event event;
    bool found = false;
    uint32_t count_now = event_log_count(&life->meter.events, EVENT_LOG_STANDARD);
    for (uint32_t n = before + 1; n <= count_now; n++) {
        assert_true(event_log_read(&life->meter.events, EVENT_LOG_STANDARD, n, &event) >= 0);
        found = found || event.code == EVENT_WATCHDOG_ERROR;
    }
    assert_true(found);
    assert_string_equal(life->meter.fault.place, "a.c:7");
}

/* ---- the host's port ---- */

static void this_program_is_as_its_file(void **state)
{
    (void)state;
    for (int round = 0; round < 2; round++) {
        enum selftest_verdict found = posix_meter_port.program(NULL, true);
        int slices = 1;
        for (; found == SELFTEST_MORE; slices++) {
            found = posix_meter_port.program(NULL, false);
        }
        assert_int_equal(found, SELFTEST_RIGHT);
        assert_true(slices > 1);
    }
}

static char path[] = "/tmp/watthour-fault-XXXXXX";

/* A need() that fails in a process of its own; the next one finds where. */
static void a_failed_need_is_found_by_the_next_run(void **state)
{
    (void)state;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    pid_t child = fork();
    if (child == 0) {
        (void)freopen("/dev/null", "w", stderr);
        (void)posix_faults_record(path);
        need_failed("src/some/where.c", 123);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    struct selftest_fault fault = posix_fault_take(path);
    assert_int_equal(fault.cause, SELFTEST_CAUSE_NEED);
    assert_string_equal(fault.place, "src/some/where.c:123");
    assert_int_equal(posix_fault_take(path).cause, SELFTEST_CAUSE_NONE);
    assert_int_not_equal(access(path, F_OK), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_good_meter_passes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_corrupted_legal_part_is_not_run_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_wrong_program_is_told_and_measuring_goes_on, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_applications_checksum_is_the_ports, set_up, tear_down),
        cmocka_unit_test_setup_teardown(converters_that_stand_are_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(more_than_converters_can_show_is_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_dead_chip_is_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(erasing_is_no_error, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_clock_chip_that_fails_is_found, set_up, tear_down),
        cmocka_unit_test_setup_teardown(testing_ram_changes_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(how_the_last_run_ended, set_up, tear_down),
        cmocka_unit_test(this_program_is_as_its_file),
        cmocka_unit_test(a_failed_need_is_found_by_the_next_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
