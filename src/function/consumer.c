#include "function/consumer.h"

void consumer_init(struct consumer *consumer, const char *version)
{
    *consumer = (struct consumer){
        .version = version, .port_enabled = true, .told_every_s = CONSUMER_TOLD_S};
}

void consumer_enable_port(struct consumer *consumer, bool enabled)
{
    consumer->port_enabled = enabled;
    consumer->changes++;
}

void consumer_tell_every(struct consumer *consumer, uint16_t told_every_s)
{
    consumer->told_every_s = told_every_s;
    consumer->changes++;
}
