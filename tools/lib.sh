# shellcheck shell=sh
# What the scripts share; sourced from the project's root. POSIX sh.
# say, fail, quietly: one line of progress each; what commands print goes to a log.
# packages NAME...: sets of Debian packages; installs what is missing of them.

say() {
    printf '%s\n' "$*"
}

fail() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# quietly LOG COMMAND...: runs the command with its output in build/LOG.log, and shows the log's
# end, without ninja's steps, when it fails.
quietly() {
    quietly_log=build/$1.log
    shift
    mkdir -p build
    if "$@" >"$quietly_log" 2>&1 </dev/null; then
        return 0
    fi
    grep -v '^\[[0-9]*/[0-9]*\] ' "$quietly_log" | tail -n 40 >&2
    fail "this failed: $* (the whole log: $quietly_log)"
}

packages_of() {
    case $1 in
    build) echo "gcc libc6-dev cmake ninja-build pkgconf libsndfile1-dev libcjson-dev libmbedtls-dev libwebsockets-dev" ;;
    test) echo "libcmocka-dev python3" ;;
    check) echo "clang-format-14 clang-tidy-14 clang-14 cppcheck shellcheck pmccabe python3 binutils" ;;
    arm) echo "gcc-arm-none-eabi picolibc-arm-none-eabi qemu-system-arm binutils-arm-none-eabi python3" ;;
    fuzz) echo "clang-14 libclang-rt-14-dev llvm-14" ;;
    coverage) echo "gcovr" ;;
    interop) echo "python3 python3-venv" ;;
    browser) echo "python3 python3-venv chromium fonts-dejavu-core" ;;
    ci) echo "make" ;;
    *) fail "no set of packages is called '$1'" ;;
    esac
}

package_purpose() {
    case $1 in
    build) echo "compiler, build tools and libraries" ;;
    test) echo "unit test framework, a second model of tariffs" ;;
    check) echo "formatting and static analysis" ;;
    arm) echo "Cortex-M compiler, C library and emulator" ;;
    fuzz) echo "fuzzing compiler" ;;
    coverage) echo "coverage reports" ;;
    interop) echo "Python for independent clients" ;;
    browser) echo "browser for the panel" ;;
    ci) echo "make" ;;
    esac
}

package_installed() {
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# as_root COMMAND...: by sudo where we are not root
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

# may_install NAME...: fails with what to ask for, unless we are root or sudo lets us.
may_install() {
    [ "$(id -u)" -ne 0 ] || return 0
    if ! command -v sudo >/dev/null || ! sudo -v; then
        fail "packages are missing, and we are neither root nor may use sudo; please ask the" \
            "administrator for: apt-get install --no-install-recommends $*"
    fi
}

install_packages() {
    quietly apt-update as_root apt-get -q -o DPkg::Lock::Timeout=300 update
    quietly apt-install as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y \
        -o DPkg::Lock::Timeout=300 install --no-install-recommends "$@"
}

# missing_of SET: its packages that are not installed
missing_of() {
    for missing_name in $(packages_of "$1"); do
        package_installed "$missing_name" || printf ' %s' "$missing_name"
    done
}

packages() {
    if ! command -v dpkg-query >/dev/null; then
        say "not a Debian system: taking the tools for: $* as installed"
        return 0
    fi
    packages_missing=
    for packages_set in "$@"; do
        packages_missing="$packages_missing$(missing_of "$packages_set")"
    done
    [ -n "$packages_missing" ] || return 0
    # shellcheck disable=SC2086 # a list of words
    may_install $packages_missing
    for packages_set in "$@"; do
        packages_lack=$(missing_of "$packages_set")
        [ -z "$packages_lack" ] ||
            say "installing from Debian, $(package_purpose "$packages_set"):$packages_lack"
    done
    # shellcheck disable=SC2086
    install_packages $packages_missing
}

# configure PRESET: once; CMake itself notices later changes of its files.
configure() {
    if [ ! -f "build/$1/build.ninja" ]; then
        say "configuring build/$1"
        quietly "configure-$1" cmake --preset "$1"
    fi
}

# build PRESET [TARGET...]: without targets, everything
build() {
    configure "$1"
    build_preset=$1
    shift
    case $(ninja -C "build/$build_preset" -n "$@" 2>&1) in
    *"no work to do"*) return 0 ;;
    esac
    say "building ${*:-everything} in build/$build_preset"
    quietly "build-$build_preset" ninja -C "build/$build_preset" "$@"
}

# build_watthour: the command, at build/watthour
build_watthour() {
    build host watthour
    ln -sfn host/app/watthour build/watthour
}

# c_files: every C file of ours, one a line
c_files() {
    find src port world stand app test fuzz bench -name '*.[ch]' 2>/dev/null | sort
}
