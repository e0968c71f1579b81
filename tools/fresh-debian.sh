#!/bin/sh
# Tries what a newcomer does: a new Debian 12 without make or compiler, the committed tree, then
# ./run.sh until the meter answers a client, and ./test.sh. Prints how long each took.
#
# usage: tools/fresh-debian.sh [FOLDER]     as root; needs debootstrap and git
# FOLDER receives the Debian system (default: a new one in /tmp, removed at the end). An existing
# FOLDER is emptied first only if this script made it. MIRROR and CORES (2) may be set.
set -eu
cd "$(dirname "$0")/.."
. tools/lib.sh

mirror=${MIRROR:-http://deb.debian.org/debian}
cores=${CORES:-2}
[ "$(id -u)" -eq 0 ] || fail "must be root, to make a system and to enter it"
command -v debootstrap >/dev/null || fail "needs debootstrap: apt-get install debootstrap"

if [ $# -gt 0 ]; then
    root=$1
    [ ! -e "$root" ] || [ -e "$root/watthour" ] || fail "$root is not a folder of this script"
    rm -rf "$root"
else
    root=$(mktemp -d)
    trap 'rm -rf "$root"' EXIT
fi

# inside COMMAND...: in the new system, on so many cores, with mounts and processes of its own that
# end with the command.
inside() {
    # shellcheck disable=SC2016 # expanded by the inner shell
    unshare --mount --pid --fork --kill-child sh -c '
        root=$1 cores=$2
        shift 2
        mount -t proc proc "$root/proc"
        exec taskset -c "0-$((cores - 1))" chroot "$root" \
            env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb "$@"' \
        inside "$root" "$cores" "$@"
}

# shellcheck disable=SC2016 # expanded by dpkg-query
list_packages() {
    inside dpkg-query -W -f '${Package}\n' | sort
}

# timed WHAT COMMAND...
timed() {
    timed_what=$1
    shift
    timed_begin=$(date +%s)
    "$@" || fail "$timed_what failed"
    timed_seconds=$(($(date +%s) - timed_begin))
    say "== $timed_what: $timed_seconds s"
}

say "== a new Debian 12 in $root"
quietly debootstrap debootstrap --variant=minbase bookworm "$root" "$mirror"
cp /etc/resolv.conf "$root/etc/resolv.conf"
# How this machine reaches the mirror, in its own words.
apt-config dump | grep -E '^Acquire::(https?|Check)' >"$root/etc/apt/apt.conf.d/90reach" || :
mkdir "$root/watthour"
git archive HEAD | tar -x -C "$root/watthour"
inside sh -c '! command -v make && ! command -v cc && ! command -v cmake' ||
    fail "the new system is not fresh"
list_packages >"$root/packages.before"

say "== somebody without rights is told what to ask for"
if inside setpriv --reuid=65534 --clear-groups /watthour/run.sh >"$root/refused" 2>&1; then
    fail "run.sh went on without its packages"
fi
grep 'ask the administrator' "$root/refused" || fail "it was not: $(cat "$root/refused")"

# The meter runs until the client has read it.
# shellcheck disable=SC2016 # expanded inside
serve='cd /watthour
export WATTHOUR_PASSWORD=watthour
./run.sh --dlms 14059 --quiet </dev/null &
until build/watthour get tcp://127.0.0.1:14059 u i p a+ 2>/dev/null; do
    kill -0 $! || exit 1
    sleep 1
done
kill -TERM $!
wait $!'
timed "./run.sh from nothing to the first reading" inside sh -c "$serve"
timed "./run.sh again" inside sh -c "$serve"
timed "./test.sh" inside /watthour/test.sh
list_packages >"$root/packages.after"
say "packages that came: $(comm -13 "$root/packages.before" "$root/packages.after" | wc -l)," \
    "$(du -sh "$root" | cut -f 1) in all"
