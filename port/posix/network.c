#define _DEFAULT_SOURCE /* getifaddrs, IFF_UP */
#include "port/posix/network.h"

#include "port/posix/tcp.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LINE = 512, PERMANENT = 0x80 /* IFA_F_PERMANENT of linux/if_addr.h */ };

static uint32_t number_of(const struct sockaddr *address)
{
    struct sockaddr_in in;
    memcpy(&in, address, sizeof in);
    return ntohl(in.sin_addr.s_addr);
}

/* Whether the interface is the one that the meter is reached on: it has its address, or the meter
 * listens on all and this is one that leads somewhere. */
static bool is_ours(const struct posix_network *host, const struct ifaddrs *entry)
{
    struct in_addr wanted;
    if ((entry->ifa_flags & IFF_UP) == 0 || !entry->ifa_addr ||
        entry->ifa_addr->sa_family != AF_INET) {
        return false;
    }
    if (inet_pton(AF_INET, host->address, &wanted) == 1 && wanted.s_addr != htonl(INADDR_ANY)) {
        uint32_t mask = number_of(entry->ifa_netmask);
        bool loopback = (entry->ifa_flags & IFF_LOOPBACK) != 0;
        uint32_t own = number_of(entry->ifa_addr);
        return ntohl(wanted.s_addr) == own ||
               (loopback && (ntohl(wanted.s_addr) & mask) == (own & mask));
    }
    return (entry->ifa_flags & IFF_LOOPBACK) == 0;
}

/* The interface's name; empty: there is none. */
static void look_ipv4(const struct posix_network *host, struct link_network_view *view,
                      char name[IF_NAMESIZE])
{
    struct ifaddrs *all;
    struct in_addr wanted;
    name[0] = '\0';
    if (getifaddrs(&all) != 0) {
        return;
    }
    for (const struct ifaddrs *entry = all; entry && !view->has_ipv4; entry = entry->ifa_next) {
        if (is_ours(host, entry)) {
            bool chosen = inet_pton(AF_INET, host->address, &wanted) == 1 &&
                          wanted.s_addr != htonl(INADDR_ANY);
            view->has_ipv4 = true;
            view->ipv4 = chosen ? ntohl(wanted.s_addr) : number_of(entry->ifa_addr);
            view->mask = number_of(entry->ifa_netmask);
            snprintf(name, IF_NAMESIZE, "%s", entry->ifa_name);
        }
    }
    freeifaddrs(all);
}

/* /proc/net/route: the default route of the interface. Addresses stand there as they lie in
 * memory. */
static void look_gateway(struct link_network_view *view, const char *name)
{
    char line[LINE];
    FILE *table = fopen("/proc/net/route", "r");
    while (table && fgets(line, sizeof line, table)) {
        char interface[IF_NAMESIZE];
        unsigned long to;
        unsigned long by;
        if (sscanf(line, "%15s %lx %lx", interface, &to, &by) == 3 && to == 0 &&
            strcmp(interface, name) == 0) {
            view->gateway = ntohl((uint32_t)by);
        }
    }
    if (table) {
        (void)fclose(table);
    }
}

static bool take_ipv6(const char *hex, uint8_t octets[LINK_IPV6])
{
    for (int i = 0; i < LINK_IPV6; i++) {
        unsigned octet;
        if (sscanf(hex + 2 * i, "%2x", &octet) != 1) {
            return false;
        }
        octets[i] = (uint8_t)octet;
    }
    return true;
}

/* /proc/net/if_inet6: address, index, prefix, scope, flags, name. */
static void look_ipv6(struct link_network_view *view, const char *name)
{
    char line[LINE];
    FILE *table = fopen("/proc/net/if_inet6", "r");
    while (table && fgets(line, sizeof line, table) && view->ipv6_count < LINK_ADDRESSES) {
        char hex[33];
        char interface[IF_NAMESIZE];
        unsigned flags;
        if (sscanf(line, "%32s %*x %*x %*x %x %15s", hex, &flags, interface) == 3 &&
            strcmp(interface, name) == 0 && take_ipv6(hex, view->ipv6[view->ipv6_count])) {
            view->ipv6_manual |= view->ipv6_count == 0 && (flags & PERMANENT) != 0;
            view->ipv6_count++;
        }
    }
    if (table) {
        (void)fclose(table);
    }
}

/* /proc/net/ipv6_route: destination, prefix, source, prefix, next hop, .. , name. */
static void look_gateway6(struct link_network_view *view, const char *name)
{
    static const uint8_t none[LINK_IPV6];
    char line[LINE];
    FILE *table = fopen("/proc/net/ipv6_route", "r");
    while (table && fgets(line, sizeof line, table) && !view->has_gateway6) {
        char hop[33];
        char interface[IF_NAMESIZE];
        unsigned prefix;
        if (sscanf(line, "%*32s %x %*32s %*x %32s %*x %*x %*x %*x %15s", &prefix, hop, interface) ==
                3 &&
            prefix == 0 && strcmp(interface, name) == 0 && take_ipv6(hop, view->gateway6)) {
            view->has_gateway6 = memcmp(view->gateway6, none, LINK_IPV6) != 0;
        }
    }
    if (table) {
        (void)fclose(table);
    }
}

/* The first two name servers of each kind. */
static void look_dns(struct link_network_view *view)
{
    char line[LINE];
    int ipv4 = 0;
    int ipv6 = 0;
    FILE *table = fopen("/etc/resolv.conf", "r");
    while (table && fgets(line, sizeof line, table)) {
        char server[64];
        struct in_addr in;
        if (sscanf(line, "nameserver %63s", server) != 1) {
            continue;
        }
        if (ipv4 < 2 && inet_pton(AF_INET, server, &in) == 1) {
            view->dns[ipv4++] = ntohl(in.s_addr);
        } else if (ipv6 < 2 && inet_pton(AF_INET6, server, view->dns6[ipv6]) == 1) {
            ipv6++;
        }
    }
    if (table) {
        (void)fclose(table);
    }
}

/* What a new TCP socket would begin with. */
static uint16_t look_mss(void)
{
    int mss = 0;
    socklen_t size = sizeof mss;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return 0;
    }
    int failed = getsockopt(fd, IPPROTO_TCP, TCP_MAXSEG, &mss, &size);
    close(fd);
    return failed == 0 && mss > 0 && mss <= UINT16_MAX ? (uint16_t)mss : 0;
}

static void look(void *port, struct link_network_view *view)
{
    const struct posix_network *host = port;
    char name[IF_NAMESIZE];
    view->port = host->port;
    view->mss = look_mss();
    view->connections_most = TCP_PEERS_MAX;
    look_ipv4(host, view, name);
    look_gateway(view, name);
    look_ipv6(view, name);
    look_gateway6(view, name);
    look_dns(view);
}

void posix_network_init(struct posix_network *host, const char *address)
{
    *host = (struct posix_network){.network = {.look = look, .port = host}, .address = address};
}
