/* An association by HLS 7 and one signed GET, in process: what the meter takes for it, per suite,
 * from the AARQ to the answer, client and sockets left out; and the memory that curves take. The
 * best of some runs counts. Instructions on a Cortex-M4: test/arm/bench_curves.sh. */
#include "bench/bench.h"
#include "bench/signed_exchange.h"

#include <stdlib.h>

enum { RUNS = 15 };

static double begun_s;
static double took_s;

void signed_exchange_watch(bool begins)
{
    double now_s = bench_now_s();
    took_s += begins ? 0 : now_s - begun_s;
    begun_s = now_s;
}

static void give_up(void)
{
    fputs("bench signatures: an exchange went wrong\n", stderr);
    exit(1);
}

static double measure_us(enum dlms_suite suite, size_t *most)
{
    double least_s = 1e9;
    if (!signed_exchange_begin(suite)) {
        give_up();
    }
    for (int i = 0; i < RUNS; i++) {
        took_s = 0;
        if (!signed_exchange_run()) {
            give_up();
        }
        least_s = took_s < least_s ? took_s : least_s;
        *most = signed_exchange_curves.most > *most ? signed_exchange_curves.most : *most;
    }
    return 1e6 * least_s;
}

int main(void)
{
    size_t most = 0;
    struct bench bench = bench_begin("signatures");
    bench_lower(&bench, "dlms.hls7_and_signed_get_suite_1_us", measure_us(DLMS_SUITE_1, &most),
                "us", BENCH_NO_GOAL);
    bench_lower(&bench, "dlms.hls7_and_signed_get_suite_2_us", measure_us(DLMS_SUITE_2, &most),
                "us", BENCH_NO_GOAL);
    bench_lower(&bench, "crypto.curves_arena", (double)most, "octets", 8192);
    return bench_end(&bench);
}
