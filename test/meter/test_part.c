/* The legally relevant part as a block of its own: an application that reads and steps does not
 * write to it but by its interface, and a meter without one goes on with everything else. */
#include "legal/part.h"
#include "storage/layout.h"
#include "test/meter/life.h"
#include "test/unit.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { VALUE_MOST = 1 << 16, MANAGEMENT = 2 /* column of the access rows */ };

static const char *const products[] = {"xs211", "sm402d", "st402d", "st402c"};
static const int64_t begin_ms = INT64_C(1795258800000);

/* ---- memory that the application may only read ---- */

static struct legal_part *guarded;
static size_t guarded_size;

static void guard(int protection)
{
    if (guarded != NULL) {
        assert_int_equal(mprotect(guarded, guarded_size, protection), 0);
    }
}

static void open_gate(void)
{
    guard(PROT_READ | PROT_WRITE);
}

static void close_gate(void)
{
    guard(PROT_READ);
}

/* The calls of the interface, as the linker puts them here (--wrap): the gate is open inside.
 * NOLINTBEGIN(bugprone-reserved-identifier): the names are the linker's. */
int __real_legal_part_begin(struct legal_part *part, const struct legal_begin *begin);
int __wrap_legal_part_begin(struct legal_part *part, const struct legal_begin *begin);
int __real_legal_part_recover(struct legal_part *part);
int __wrap_legal_part_recover(struct legal_part *part);
int64_t __real_legal_part_keep(struct legal_part *part, int64_t now_ms);
int64_t __wrap_legal_part_keep(struct legal_part *part, int64_t now_ms);
int __real_legal_part_power_fail(struct legal_part *part);
int __wrap_legal_part_power_fail(struct legal_part *part);
void __real_legal_rate_select(struct legal *legal, unsigned rate);
void __wrap_legal_rate_select(struct legal *legal, unsigned rate);
void __real_legal_direct(struct legal *legal, const struct legal_interval *interval,
                         uint32_t pulses[LEGAL_PULSES]);
void __wrap_legal_direct(struct legal *legal, const struct legal_interval *interval,
                         uint32_t pulses[LEGAL_PULSES]);

int __wrap_legal_part_begin(struct legal_part *part, const struct legal_begin *begin)
{
    open_gate();
    int result = __real_legal_part_begin(part, begin);
    close_gate();
    return result;
}

int __wrap_legal_part_recover(struct legal_part *part)
{
    open_gate();
    int result = __real_legal_part_recover(part);
    close_gate();
    return result;
}

int64_t __wrap_legal_part_keep(struct legal_part *part, int64_t now_ms)
{
    open_gate();
    int64_t result = __real_legal_part_keep(part, now_ms);
    close_gate();
    return result;
}

int __wrap_legal_part_power_fail(struct legal_part *part)
{
    open_gate();
    int result = __real_legal_part_power_fail(part);
    close_gate();
    return result;
}

void __wrap_legal_rate_select(struct legal *legal, unsigned rate)
{
    open_gate();
    __real_legal_rate_select(legal, rate);
    close_gate();
}

void __wrap_legal_direct(struct legal *legal, const struct legal_interval *interval,
                         uint32_t pulses[LEGAL_PULSES])
{
    open_gate();
    __real_legal_direct(legal, interval, pulses);
    close_gate();
}

/* NOLINTEND(bugprone-reserved-identifier) */

/* Whole pages. */
static int set_up(void **state)
{
    (void)state;
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    guarded_size = (sizeof *guarded + page - 1) / page * page;
    guarded = aligned_alloc(page, guarded_size);
    assert_non_null(guarded);
    memset(guarded, 0, guarded_size);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    open_gate();
    free(guarded);
    guarded = NULL;
    return 0;
}

/* A life whose legally relevant part is behind the guard. */
static struct life *guarded_life(const char *product)
{
    struct life *life = life_begin(product, begin_ms);
    life->setup.legal = guarded;
    life_kill(life, 1);
    return life;
}

/* ---- reading everything, from within ---- */

/* What only an association can be asked for is read by other tests. */
static bool is_of_an_association(const struct cosem_object *object)
{
    return object->ic->id == 15 || object->ic->id == 17 || object->ic->id == 64;
}

enum { ROWS = 50 };

static void read_rows(const struct cosem_table *table, const struct cosem_call *call)
{
    static uint8_t octets[VALUE_MOST];
    struct cosem_rows rows = table->freeze(call);
    for (uint32_t n = 0; n < rows.count && n < ROWS; n++) {
        struct writer w = writer_over(octets, sizeof octets);
        table->row(call, rows.first + n, &w);
    }
}

/* 1 when it can be read. */
static uint32_t read_attribute(const struct cosem_call *call, int attribute,
                               enum cosem_result *result)
{
    const struct cosem_table *table = cosem_object_table(call->object, attribute);
    static uint8_t octets[VALUE_MOST];
    *result = COSEM_SUCCESS;
    if (table != NULL) {
        read_rows(table, call);
    } else if (cosem_object_gettable(call->object, attribute)) {
        struct writer w = writer_over(octets, sizeof octets);
        *result = cosem_object_attribute(call->object, attribute)->get(call, &w);
    }
    return table != NULL || cosem_object_gettable(call->object, attribute);
}

static uint32_t read_all(struct meter *meter)
{
    const struct cosem_model *model = &meter->product->model;
    uint32_t read = 0;
    for (uint32_t n = 0; n < cosem_model_count(model); n++) {
        const struct cosem_instance one = cosem_model_object(model, n);
        const struct cosem_call call = {.object = one.object,
                                        .member = one.member,
                                        .model = model,
                                        .context = &meter->context,
                                        .column = MANAGEMENT};
        unsigned count = is_of_an_association(one.object) ? 0 : one.object->ic->attribute_count;
        for (unsigned i = 0; i < count; i++) {
            enum cosem_result result;
            read += read_attribute(&call, (int)i + 2, &result);
        }
    }
    return read;
}

/* ---- separation ---- */

static void run_guarded(const char *product)
{
    struct life *life = guarded_life(product);
    life_run(life, 300);
    assert_true(read_all(&life->meter) > 100);
    assert_true(legal_energy_uws(&guarded->legal, 0, LEGAL_ENERGY_A_IMPORT) > 0);
    life_cut(life, 600);
    life_run(life, 60);
    assert_int_equal(legal_part_found(guarded), LEGAL_KEEP_WHOLE);
    open_gate();
    life_end(life);
}

static void the_application_writes_by_the_interface_only(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof products / sizeof products[0]; i++) {
        run_guarded(products[i]);
    }
}

/* The guard works: whoever writes past the interface is stopped. */
static void a_write_past_the_interface_ends_the_program(void **state)
{
    (void)state;
    struct life *life = guarded_life("xs211");
    pid_t child = fork();
    if (child == 0) {
        (void)signal(SIGSEGV, SIG_DFL);
        struct meter *meter = &life->meter;
        meter->legal->energy[0][LEGAL_ENERGY_A_IMPORT].uws = 0;
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    /* a sanitizer turns the signal into an exit code of its own */
    assert_false(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    open_gate();
    life_end(life);
}

/* ---- type parameters ---- */

/* What the legally relevant part has of a product's flash layout is what the layout has. */
static void types_agree_with_the_layouts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof products / sizeof products[0]; i++) {
        const struct partition *legal = &product_find(products[i])->legal->partition;
        const struct partition *named = &layout_of(products[i])->energy;
        assert_string_equal(legal->name, named->name);
        assert_int_equal(legal->identity, named->identity);
        assert_int_equal(legal->kind, named->kind);
        assert_int_equal(legal->first, named->first);
        assert_int_equal(legal->sectors, named->sectors);
    }
}

static void what_no_type_begins_with_is_refused(void **state)
{
    (void)state;
    static struct legal_part part;
    static const struct legal_part untouched;
    struct legal_begin begin = {.type = &legal_type_xs211, .nominal_hz = 55};
    assert_int_equal(legal_part_begin(&part, &begin), -1);
    begin.nominal_hz = 60;
    begin.period_ms = LEGAL_KEEP_PERIOD_MAX_MS + 1;
    assert_int_equal(legal_part_begin(&part, &begin), -1);
    begin.period_ms = -1;
    assert_int_equal(legal_part_begin(&part, &begin), -1);
    assert_memory_equal(&part, &untouched, sizeof part);
    begin.period_ms = 0;
    assert_int_equal(legal_part_begin(&part, &begin), 0);
    assert_int_equal(legal_configuration(&part.legal)->nominal_hz, 60);
    assert_int_equal(legal_part_recover(&part), 0);
    legal_seal(&part.legal);
    assert_int_equal(legal_part_recover(&part), 0);
    assert_true(legal_parameters(&part.legal)->sealed);
    assert_int_equal(legal_part_found(&part), LEGAL_KEEP_NEW);
    assert_true(legal_part_keep(&part, 0) == INT64_MAX);
    assert_int_equal(legal_part_power_fail(&part), 0);
}

/* ---- a meter without one ---- */

static struct life *crippled(const char *product)
{
    struct life *life = life_begin(product, begin_ms);
    life->setup.legal = NULL;
    life_kill(life, 1);
    return life;
}

static void pass(struct life *life, int64_t seconds)
{
    for (int64_t i = 0; i < seconds; i++) {
        (void)meter_step(&life->meter, life->meter.now_ms + 1000);
        nor_advance(&life->nor, 1000000);
    }
}

static uint32_t check_quantities(const struct life *life)
{
    struct quantity_value value;
    uint32_t there = 0;
    for (unsigned kind = 0; kind < QUANTITY_KINDS; kind++) {
        for (uint8_t phase = 0; phase <= LEGAL_PHASES; phase++) {
            const struct quantity quantity = {.kind = (uint8_t)kind, .phase = phase};
            if (quantity_read(&life->meter.source, quantity, &value) == 0) {
                assert_false(value.valid);
                there++;
            }
        }
    }
    return there;
}

static void check_register(struct life *life)
{
    static const struct cosem_name import = COSEM_NAME(1, 0, 1, 8, 0);
    const struct cosem_model *model = &life->meter.product->model;
    enum cosem_result result;
    const struct cosem_object *object = cosem_model_find(model, 3, &import, 2, &result);
    assert_non_null(object);
    const struct cosem_call call = {
        .object = object, .model = model, .context = &life->meter.context, .column = MANAGEMENT};
    assert_int_equal(read_attribute(&call, 2, &result), 1);
    assert_int_equal(result, COSEM_TEMPORARY_FAILURE);
}

/* It says so (error bit, event, display), shows no value, and does everything else. */
static void go_without(const char *product)
{
    struct life *life = crippled(product);
    struct meter *meter = &life->meter;
    int64_t utc_ms = meter->clock.utc_ms;
    pass(life, 1800);
    assert_true(check_quantities(life) > 8);
    check_register(life);
    assert_true(read_all(meter) > 100);
    assert_true(selftest_has_failed(&meter->selftest, SELFTEST_LEGAL));
    assert_true(event_is_raised(&meter->events, EVENT_PROGRAM_MEMORY_ERROR));
    assert_true(meter->alarm.errors != 0);
    assert_true(meter->marks.fault);
    assert_true(quantity_is_idle(&meter->source));
    assert_true(meter->clock.utc_ms >= utc_ms + 1800 * 1000);
    assert_int_equal(meter_power_fail(meter), 0);
    life_end(life);
}

static void a_meter_without_one_says_so_and_goes_on(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof products / sizeof products[0]; i++) {
        go_without(products[i]);
    }
}

/* What it kept is there again when the part is whole again; meanwhile no demand was made up of
 * energies that nobody knows. */
static void energies_wait_for_a_whole_part(void **state)
{
    (void)state;
    struct life *life = life_begin("st402d", begin_ms);
    life_run(life, 1800);
    int64_t most_uw = life->meter.demand.channels[0].max[0].uw;
    int64_t uws = legal_energy_uws(&life->legal.legal, 0, LEGAL_ENERGY_A_IMPORT);
    assert_int_equal(meter_power_fail(&life->meter), 0);
    life->setup.legal = NULL;
    life_kill(life, 1);
    pass(life, 3600);
    assert_int_equal(meter_power_fail(&life->meter), 0);
    memset(&life->legal, 0, sizeof life->legal);
    life->setup.legal = &life->legal;
    life_kill(life, 1);
    assert_int_equal(legal_part_found(&life->legal), LEGAL_KEEP_WHOLE);
    assert_true(legal_energy_uws(&life->legal.legal, 0, LEGAL_ENERGY_A_IMPORT) >= uws);
    assert_true(most_uw > 0);
    life_run(life, 1800);
    assert_true(life->meter.demand.channels[0].max[0].uw <= most_uw + most_uw / 100);
    life_end(life);
}

/* The end of the recovery is one: asked again, it does not take the chip's totals a second time. */
static void a_recovery_ends_once(void **state)
{
    (void)state;
    struct life *life = life_begin("xs211", begin_ms);
    life_run(life, 120);
    assert_int_equal(legal_part_recover(&life->legal), 0);
    legal_direct(life->meter.legal, &life->second, NULL);
    int64_t uws = legal_energy_uws(life->meter.legal, 0, LEGAL_ENERGY_A_IMPORT);
    assert_int_equal(legal_part_recover(&life->legal), 0);
    assert_int_equal(legal_energy_uws(life->meter.legal, 0, LEGAL_ENERGY_A_IMPORT), uws);
    life_end(life);
}

/* ---- the seal ---- */

/* Once in a step, whatever was tried in it; what was counted before is not told again. */
static void a_refused_calibration_is_recorded(void **state)
{
    (void)state;
    static const struct legal_calibration ideal;
    struct life *life = life_begin("st402c", begin_ms);
    struct legal *legal = life->meter.legal;
    uint8_t *newest = &life->meter.events.last[EVENT_LOG_FRAUD];
    assert_int_equal(legal_calibrate(legal, &ideal), LEGAL_SET);
    life_run(life, 2);
    assert_int_not_equal(*newest, EVENT_CALIBRATION_REFUSED);
    legal_seal(legal);
    assert_int_equal(legal_calibrate(legal, &ideal), LEGAL_SEALED);
    life_run(life, 2);
    assert_int_equal(*newest, EVENT_CALIBRATION_REFUSED);
    event_record(&life->meter.events, EVENT_STRONG_EMF);
    life_run(life, 2);
    life_cut(life, 60);
    life_run(life, 10);
    assert_int_not_equal(*newest, EVENT_CALIBRATION_REFUSED);
    const struct legal_transformers other = {{200, 5}, {1, 1}};
    assert_int_equal(legal_set_transformers(life->meter.legal, &other), LEGAL_SEALED);
    life_run(life, 2);
    assert_int_equal(*newest, EVENT_CALIBRATION_REFUSED);
    life_end(life);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_application_writes_by_the_interface_only, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_write_past_the_interface_ends_the_program, set_up,
                                        tear_down),
        cmocka_unit_test(types_agree_with_the_layouts),
        cmocka_unit_test(what_no_type_begins_with_is_refused),
        cmocka_unit_test(a_meter_without_one_says_so_and_goes_on),
        cmocka_unit_test(energies_wait_for_a_whole_part),
        cmocka_unit_test(a_recovery_ends_once),
        cmocka_unit_test(a_refused_calibration_is_recorded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
