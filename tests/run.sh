#!/bin/sh
# Installs what is missing, builds every configuration and runs every test in each that it concerns. The last line
# counts the tests; the exit status is 0 only when some ran and all passed.
#
# Unquoted variables are lists of words.
# shellcheck disable=SC2046,SC2086
set -u
cd "$(dirname "$0")/.." || exit 1

sh tests/install_packages.sh build test || exit 1

configurations=

# What the next configurations compile; empty: everything.
targets=

# configuration FOLDER COMPILER SUITES MESON_OPTION...
configuration() {
    folder=$1 compiler=$2 suites=$3
    shift 3
    configurations="$configurations $folder"
    printf '\n== %s: %s\n\n' "$folder" "$*"
    # A log of an earlier run must not count.
    rm -f "$folder/meson-logs/testlog.json"
    reconfigure=
    [ ! -f "$folder/meson-private/coredata.dat" ] || reconfigure=--reconfigure
    CXX=$compiler meson setup $reconfigure "$folder" -Dtests=enabled "$@" || return
    meson compile -C "$folder" $targets || return
    meson test -C "$folder" --no-rebuild --print-errorlogs $(printf -- '--suite %s ' $suites)
    python3 -B tests/summary.py closing-lines "$folder"
}

examples=-Dexamples=enabled sanitizers='-Doptimization=1 -Db_sanitize=address,undefined'
configuration build g++ 'unit service end_to_end consumer house bench' --buildtype=release $examples
configuration build-gcc-debug g++ 'unit end_to_end' --buildtype=debug $examples $sanitizers
configuration build-clang-release clang++ 'unit end_to_end bench fuzz' --buildtype=release $examples
configuration build-clang-debug clang++ 'unit end_to_end fuzz' --buildtype=debug $examples $sanitizers -Db_lundef=false
configuration build-gcc-no-exceptions g++ unit --buildtype=release -Doptimization=1 -Dcpp_eh=none -Dcpp_rtti=false -Dexamples=disabled
targets='test_pacer test_signer test_threads'
configuration build-gcc-tsan g++ threads --buildtype=debug -Dexamples=disabled -Doptimization=1 -Db_sanitize=thread

printf '\n'
python3 -B tests/summary.py total $configurations
