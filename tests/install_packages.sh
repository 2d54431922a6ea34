#!/bin/sh
# Installs the Debian packages of the groups named, as far as they are missing:
#
#   sh tests/install_packages.sh [build] [test] [clang] [format] [analysis] [coverage] [bench] [crypto] [docs]
#
# Needs root or a sudo that asks for no password; without, it prints the one command to run and exits with 1.
set -eu

packages_of() {
    case $1 in
    build) echo g++ meson ninja-build pkg-config rapidjson-dev libssl-dev zlib1g-dev libcurl4-openssl-dev ;;
    test) echo doctest-dev cmake python3 openssl libcpp-httplib-dev libasio-dev valgrind curl libhiredis-dev redis-server \
        python3-prometheus-client python3-matplotlib ;;
    clang) echo clang libclang-rt-dev ;;
    format) echo clang-format ;;
    analysis) echo clang-tidy-19 cppcheck ;;
    coverage) echo llvm ;;
    bench) echo libbenchmark-dev libsimdjson-dev nlohmann-json3-dev python3-matplotlib ;;
    crypto) echo libmbedtls-dev libwolfssl-dev ;;
    docs) echo mkdocs-material doxygen ;;
    *) echo "install_packages.sh: no group $1" >&2; exit 2 ;;
    esac
}

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    # Not Debian: what is missing, the build will name.
    exit 0
fi

is_installed() {
    dpkg-query --show --showformat='${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed
}

missing=
for group in "$@"; do
    packages=$(packages_of "$group")
    for package in $packages; do
        is_installed "$package" || missing="$missing $package"
    done
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
    as_root=
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root="sudo -n"
else
    echo "Packages are missing, and installing them takes root. Run this, then try again:" >&2
    echo "    sudo apt-get update && sudo apt-get install --no-install-recommends$missing" >&2
    exit 1
fi

echo "Installing$missing"
$as_root apt-get update -q </dev/null
# Word splitting makes the list.
# shellcheck disable=SC2086
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing </dev/null
