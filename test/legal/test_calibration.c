/* Parameters behind the seal: set, refused, kept, applied. */
#include "legal/calibration.h"
#include "legal/keep.h"
#include "test/legal/rig.h"
#include "test/unit.h"
#include "world/nor/nor.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SECTORS = 8, PERIOD_MS = 60000 };

static const struct partition partition = {
    .name = "energy", .identity = 0x0101, .kind = BELT_JOURNAL, .sectors = SECTORS};

static bool near(double is, double due, double tolerance)
{
    return fabs(is - due) <= tolerance;
}

/* Something else in every field, within what is plausible. */
static struct legal_calibration made_up(unsigned phases, int32_t seed)
{
    struct legal_calibration calibration = {0};
    for (unsigned p = 0; p < phases; p++) {
        int32_t n = seed + (int32_t)p;
        calibration.phase[p] = (struct legal_calibration_phase){
            .u_gain_ppb = 1000000 * n,
            .i_gain_ppb = -2000001 * n,
            .u_drift = {30000000 + n, -40000 - n},
            .i_drift = {-50000000 - n, 60000 + n},
            .angle_nrad = 70000 + n,
            .core_nrad = -80000 - n,
            .angle_nrad_per_k = 900 + n,
            .p_offset_uw = 1000 + n,
            .q_offset_uvar = -2000 - n,
            .u_noise_uv = 3000 + (uint32_t)n,
            .i_noise_na = 4000 + (uint32_t)n,
        };
    }
    return calibration;
}

static const struct legal_transformers transformers = {{200, 5}, {20000, 100}};

static struct legal begun(const struct legal_config *config)
{
    const struct legal_calibration ideal = {0};
    struct legal legal;
    legal_init(&legal, config, &ideal);
    return legal;
}

/* ---- the seal ---- */

static void nothing_is_set_behind_the_seal(void **state)
{
    (void)state;
    struct rig rig = rig_of(3, 50);
    rig.config.transformers = true;
    struct legal legal = begun(&rig.config);
    struct legal_calibration first = made_up(3, 1);
    struct legal_calibration second = made_up(3, 2);
    assert_int_equal(legal_calibrate(&legal, &first), LEGAL_SET);
    assert_int_equal(legal_set_transformers(&legal, &transformers), LEGAL_SET);
    legal_seal(&legal);
    legal_seal(&legal);
    assert_int_equal(legal_calibrate(&legal, &second), LEGAL_SEALED);
    assert_int_equal(legal_set_transformers(&legal, &transformers), LEGAL_SEALED);
    const struct legal_parameters *parameters = legal_parameters(&legal);
    assert_memory_equal(&parameters->calibration, &first, sizeof first);
    assert_memory_equal(&parameters->transformers, &transformers, sizeof transformers);
    assert_true(parameters->sealed);
    assert_int_equal(parameters->refused, 2);
}

static void an_open_meter_counts_no_refusal(void **state)
{
    (void)state;
    struct rig rig = rig_of(1, 50);
    struct legal legal = begun(&rig.config);
    struct legal_calibration wild = made_up(1, 1);
    wild.phase[0].u_gain_ppb = 100000001;
    assert_int_equal(legal_calibrate(&legal, &wild), LEGAL_IMPLAUSIBLE);
    assert_false(legal_parameters(&legal)->sealed);
    assert_int_equal(legal_parameters(&legal)->refused, 0);
}

static void what_is_implausible_changes_nothing(void **state)
{
    (void)state;
    struct rig rig = rig_of(1, 50);
    const int32_t beyond[][6] = {
        {100000001},           {0, -100000001},         {0, 0, 200000001},
        {0, 0, 0, -200000001}, {0, 0, 0, 0, INT32_MAX}, {0, 0, 0, 0, 0, INT32_MIN},
    };
    rig.config.u_full_scale_mv = 500000;
    rig.config.i_full_scale_ma = 17000;
    struct legal legal = begun(&rig.config);
    for (size_t row = 0; row < sizeof beyond / sizeof beyond[0]; row++) {
        struct legal_calibration wild = made_up(1, 3);
        struct legal_calibration_phase *phase = &wild.phase[0];
        phase->u_gain_ppb += beyond[row][0];
        phase->i_gain_ppb = beyond[row][1];
        phase->angle_nrad = beyond[row][2];
        phase->core_nrad = beyond[row][3];
        phase->p_offset_uw = beyond[row][4];
        phase->q_offset_uvar = beyond[row][5];
        assert_int_equal(legal_calibrate(&legal, &wild), LEGAL_IMPLAUSIBLE);
        assert_int_equal(legal_parameters(&legal)->calibration.phase[0].angle_nrad, 0);
    }
}

static void ratios_are_for_meters_behind_transformers(void **state)
{
    (void)state;
    struct rig rig = rig_of(3, 50);
    struct legal direct = begun(&rig.config);
    const struct legal_transformers one = {{7, 7}, {1, 1}};
    assert_int_equal(legal_set_transformers(&direct, &transformers), LEGAL_IMPLAUSIBLE);
    assert_int_equal(legal_set_transformers(&direct, &one), LEGAL_SET);
    rig.config.transformers = true;
    struct legal behind = begun(&rig.config);
    const struct legal_transformers bad[] = {
        {{0, 5}, {1, 1}}, {{5, 0}, {1, 1}}, {{1, 1}, {100001, 1}}, {{1, 1}, {1, 100001}}};
    for (size_t n = 0; n < sizeof bad / sizeof bad[0]; n++) {
        assert_int_equal(legal_set_transformers(&behind, &bad[n]), LEGAL_IMPLAUSIBLE);
    }
    assert_int_equal(legal_parameters(&behind)->transformers.current.primary, 1);
}

/* ---- what it does ---- */

static struct legal_phase shown_after(struct rig *rig)
{
    rig_window(rig);
    return rig_window(rig).phase[0];
}

static void a_calibration_takes_effect_with_the_next_window(void **state)
{
    (void)state;
    struct rig rig = rig_of(1, 50);
    rig_begin(&rig);
    rig_mains(&rig, 50, 230, 10, 0);
    rig_seconds(&rig, 2);
    struct legal_calibration calibration = {0};
    calibration.phase[0].u_gain_ppb = 1000000;
    calibration.phase[0].i_gain_ppb = -3000000;
    assert_int_equal(legal_calibrate(&rig.legal, &calibration), LEGAL_SET);
    struct legal_phase phase = rig_window(&rig).phase[0];
    assert_true(near((double)phase.u_uv, 230e6 * 1.001, 100));
    assert_true(near((double)phase.i_na, 10e9 * 0.997, 5e3));
    assert_true(near((double)phase.p_uw, 2300e6 * 1.001 * 0.997, 1e3));
}

static void drifts_follow_the_temperature(void **state)
{
    (void)state;
    struct rig rig = rig_of(1, 50);
    rig.calibration.phase[0].u_drift = (struct legal_drift){20000000, -100000};
    rig.calibration.phase[0].i_drift = (struct legal_drift){-35000000, 0};
    rig.calibration.phase[0].angle_nrad_per_k = 2000;
    rig_begin(&rig);
    rig_mains(&rig, 50, 230, 10, 60);
    rig_seconds(&rig, 2);
    for (int32_t mc = -40000; mc <= 70000; mc += 11000) {
        double k = mc * 1e-3 - 23;
        double lag = acos(-1) / 3 + 2e-6 * k;
        legal_set_temperature(&rig.legal, mc);
        struct legal_phase phase = shown_after(&rig);
        double u = 1 + 20e-6 * k - 0.1e-6 * k * k;
        double i = 1 - 35e-6 * k;
        assert_true(near((double)phase.u_uv, 230e6 * u, 100));
        assert_true(near((double)phase.i_na, 10e9 * i, 5e3));
        assert_true(near((double)phase.p_uw, 2300e6 * u * i * cos(lag), 2e3));
        assert_true(near((double)phase.q1_uvar, 2300e6 * u * i * sin(lag), 2e3));
    }
}

static void wild_temperatures_are_held(void **state)
{
    (void)state;
    struct rig rig = rig_of(1, 50);
    rig.calibration.phase[0].u_drift.ppt_per_k = 1000000;
    rig_begin(&rig);
    rig_mains(&rig, 50, 230, 10, 0);
    rig_seconds(&rig, 2);
    legal_set_temperature(&rig.legal, INT32_MAX);
    assert_true(near((double)shown_after(&rig).u_uv, 230e6 * (1 + 177e-6), 100));
    legal_set_temperature(&rig.legal, INT32_MIN);
    assert_true(near((double)shown_after(&rig).u_uv, 230e6 * (1 - 123e-6), 100));
}

/* A lead by a core: in proportion to 1 / f. */
static void a_cores_lead_is_undone_at_any_frequency(void **state)
{
    (void)state;
    for (double hz = 47; hz < 54; hz += 1.5) {
        struct rig rig = rig_of(1, 50);
        rig.calibration.phase[0].core_nrad = 50000000;
        rig_begin(&rig);
        rig_mains(&rig, hz, 230, 10, 60 - 0.05 * 50 / hz * 180 / acos(-1));
        rig_seconds(&rig, 2);
        struct legal_phase phase = rig_window(&rig).phase[0];
        assert_true(near((double)phase.p_uw, 1150e6, 3e3));
    }
}

/* What creeps in from the voltage grows with it, and its power with its square. */
static void offsets_follow_the_voltage(void **state)
{
    (void)state;
    for (double share = 0.8; share < 1.2; share += 0.1) {
        struct rig rig = rig_of(1, 50);
        rig.calibration.phase[0].p_offset_uw = 100000;
        rig.calibration.phase[0].q_offset_uvar = 50000;
        rig_begin(&rig);
        rig_mains(&rig, 50, 230 * share, 10, 60);
        rig_seconds(&rig, 2);
        struct legal_phase phase = rig_window(&rig).phase[0];
        double s = 2300e6 * share;
        assert_true(near((double)phase.p_uw, s / 2 - 1e5 * share * share, 1e3));
        assert_true(near((double)phase.q1_uvar, s * sqrt(0.75) - 5e4 * share * share, 1e3));
    }
}

/* ---- octets ---- */

static void octets_come_back(void **state)
{
    (void)state;
    for (uint8_t phases = 1; phases <= 3; phases += 2) {
        struct rig rig = rig_of(phases, 50);
        rig.config.transformers = true;
        struct legal one = begun(&rig.config);
        struct legal other = begun(&rig.config);
        struct legal_calibration calibration = made_up(phases, 5);
        uint8_t octets[LEGAL_PARAMETERS_SIZE];
        assert_int_equal(legal_calibrate(&one, &calibration), LEGAL_SET);
        assert_int_equal(legal_set_transformers(&one, &transformers), LEGAL_SET);
        legal_seal(&one);
        (void)legal_calibrate(&one, &calibration);
        size_t size = legal_parameters_write(&one, octets);
        assert_int_equal(size, 1 + phases * 52 + 21);
        for (size_t shorter = 0; shorter < size; shorter++) {
            assert_int_equal(legal_parameters_read(&other, octets, shorter), -1);
        }
        assert_false(legal_parameters(&other)->sealed);
        assert_int_equal(legal_parameters_read(&other, octets, size), 0);
        assert_memory_equal(legal_parameters(&one), legal_parameters(&other),
                            sizeof(struct legal_parameters));
    }
}

static void octets_of_another_meter_are_refused(void **state)
{
    (void)state;
    struct rig rig = rig_of(1, 50);
    struct legal legal = begun(&rig.config);
    uint8_t octets[LEGAL_PARAMETERS_SIZE];
    size_t size = legal_parameters_write(&legal, octets);
    uint8_t changed[LEGAL_PARAMETERS_SIZE];
    const struct {
        size_t at;
        uint8_t octet;
    } wrong[] = {{0, 3}, {1, 0x7F}, {size - 5, 2}, {1 + 52, 0xFF}, {1 + 52 + 7, 0}};
    for (size_t n = 0; n < sizeof wrong / sizeof wrong[0]; n++) {
        memcpy(changed, octets, size);
        changed[wrong[n].at] = wrong[n].octet;
        assert_int_equal(legal_parameters_read(&legal, changed, size), -1);
    }
}

/* ---- on flash ---- */

struct bed {
    struct nor nor;
    struct flash flash;
    struct legal legal;
    struct legal_keep keep;
};

static enum legal_keep_found begin(struct bed *bed, const struct legal_config *config)
{
    bed->legal = begun(config);
    legal_keep_init(&bed->keep, &bed->flash, &partition, PERIOD_MS);
    while (legal_keep_recover(&bed->keep) > 0) {
        nor_advance(&bed->nor, 100);
    }
    return legal_keep_restore(&bed->keep, &bed->legal);
}

static void live(struct bed *bed, int64_t from_ms, int64_t to_ms)
{
    for (int64_t ms = from_ms; ms < to_ms; ms += 10) {
        (void)legal_keep_step(&bed->keep, &bed->legal, ms);
        nor_advance(&bed->nor, 10000);
    }
}

static struct bed *new_bed(void)
{
    struct bed *bed = calloc(1, sizeof *bed);
    struct nor_config chip = nor_config_default();
    char error[NOR_ERROR_SIZE];
    assert_non_null(bed);
    chip.size = (uint32_t)SECTORS * chip.sector;
    assert_int_equal(nor_open(&bed->nor, &chip, NULL, error, sizeof error), 0);
    bed->flash = nor_port(&bed->nor);
    return bed;
}

static void parameters_outlive_the_supply(void **state)
{
    (void)state;
    struct rig rig = rig_of(3, 50);
    struct bed *bed = new_bed();
    struct legal_calibration calibration = made_up(3, 9);
    assert_int_equal(begin(bed, &rig.config), LEGAL_KEEP_NEW);
    live(bed, 0, 5000);
    assert_int_equal(legal_calibrate(&bed->legal, &calibration), LEGAL_SET);
    legal_seal(&bed->legal);
    (void)legal_calibrate(&bed->legal, &calibration);
    live(bed, 5000, 5100);
    struct legal_parameters before = *legal_parameters(&bed->legal);
    assert_int_equal(before.refused, 1);
    (void)begin(bed, &rig.config);
    assert_memory_equal(legal_parameters(&bed->legal), &before, sizeof before);
    assert_int_equal(legal_calibrate(&bed->legal, &calibration), LEGAL_SEALED);
    nor_close(&bed->nor);
    free(bed);
}

/* Nothing that can be done to the chip but a new one opens the meter: parameters of a form that is
 * not known leave it sealed. */
static void what_cannot_be_read_leaves_the_meter_sealed(void **state)
{
    (void)state;
    struct rig rig = rig_of(3, 50);
    struct bed *bed = new_bed();
    const uint8_t strange[] = {9, 9, 9};
    (void)begin(bed, &rig.config);
    live(bed, 0, 5000);
    assert_int_equal(journal_put(&bed->keep.journal, 1, 1, strange, sizeof strange), 0);
    assert_int_equal(begin(bed, &rig.config), LEGAL_KEEP_DAMAGED);
    assert_true(legal_parameters(&bed->legal)->sealed);
    nor_close(&bed->nor);
    free(bed);
}

/* Sectors that are gone may have had the seal; and what is sealed for that reason stays so when
 * they have been used again. */
static void lost_sectors_leave_the_meter_sealed(void **state)
{
    (void)state;
    enum { CALIBRATIONS = 60, STEP_MS = 1000 };
    struct rig rig = rig_of(3, 50);
    struct bed *bed = new_bed();
    const uint8_t zeros[256] = {0};
    (void)begin(bed, &rig.config);
    for (unsigned n = 0; n < CALIBRATIONS; n++) {
        struct legal_calibration calibration = made_up(3, 9);
        calibration.phase[0].u_gain_ppb = (int32_t)n;
        assert_int_equal(legal_calibrate(&bed->legal, &calibration), LEGAL_SET);
        live(bed, n * STEP_MS, (n + 1) * STEP_MS);
    }
    const struct belt *belt = &bed->keep.journal.belt;
    assert_true(belt->span >= 2);
    for (uint32_t sequence = belt_oldest(belt); sequence <= belt->head; sequence++) {
        uint32_t at = belt_address(belt, sequence);
        assert_int_equal(flash_write(&bed->flash, at, zeros, sizeof zeros), STORAGE_DONE);
    }
    assert_int_equal(begin(bed, &rig.config), LEGAL_KEEP_DAMAGED);
    assert_true(legal_parameters(&bed->legal)->sealed);
    live(bed, 0, CALIBRATIONS * STEP_MS);
    (void)begin(bed, &rig.config);
    assert_true(legal_parameters(&bed->legal)->sealed);
    nor_close(&bed->nor);
    free(bed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_set_behind_the_seal),
        cmocka_unit_test(an_open_meter_counts_no_refusal),
        cmocka_unit_test(what_is_implausible_changes_nothing),
        cmocka_unit_test(ratios_are_for_meters_behind_transformers),
        cmocka_unit_test(a_calibration_takes_effect_with_the_next_window),
        cmocka_unit_test(drifts_follow_the_temperature),
        cmocka_unit_test(wild_temperatures_are_held),
        cmocka_unit_test(a_cores_lead_is_undone_at_any_frequency),
        cmocka_unit_test(offsets_follow_the_voltage),
        cmocka_unit_test(octets_come_back),
        cmocka_unit_test(octets_of_another_meter_are_refused),
        cmocka_unit_test(parameters_outlive_the_supply),
        cmocka_unit_test(what_cannot_be_read_leaves_the_meter_sealed),
        cmocka_unit_test(lost_sectors_leave_the_meter_sealed),
    };
    return cmocka_run_group_tests_name("legal_calibration", tests, NULL, NULL);
}
