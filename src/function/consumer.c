#include "function/consumer.h"

void consumer_init(struct consumer *consumer, const char *version)
{
    *consumer = (struct consumer){.version = version, .port_enabled = true};
}

void consumer_enable_port(struct consumer *consumer, bool enabled)
{
    consumer->port_enabled = enabled;
    consumer->changes++;
}
