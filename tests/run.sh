#!/bin/sh
# Installs what is missing, builds the tests and runs them. The last line counts them; the exit status is 0 only when
# some ran and all passed.
#
#   sh tests/run.sh          the faults of a machine, a compiler or a change: GCC's release build, and its build with
#                            AddressSanitizer and UndefinedBehaviorSanitizer
#   sh tests/run.sh --all    every configuration, with Clang too, and the rules of this repository
#
# Unquoted variables are lists of words.
# shellcheck disable=SC2046,SC2086
set -u
cd "$(dirname "$0")/.." || exit 1

clang='' house=''
case "$*" in
'') ;;
--all) clang='clang crypto docs' house=house ;;
*) echo "usage: sh tests/run.sh [--all]" >&2; exit 2 ;;
esac

sh tests/install_packages.sh build test $clang || exit 1

configurations=

# What the next configurations compile; empty: everything.
targets=

# So that ccache, where it is installed, takes sources with a precompiled header.
export CCACHE_SLOPPINESS="${CCACHE_SLOPPINESS:-pch_defines,time_macros}"

# The end-to-end tests wait for most of their time.
processes=$((3 * $(getconf _NPROCESSORS_ONLN)))

# configuration FOLDER COMPILER SUITES MESON_OPTION...
configuration() {
    folder=$1 compiler=$2 suites=$3
    shift 3
    configurations="$configurations $folder"
    printf '\n== %s: %s\n\n' "$folder" "$*"
    # A log of an earlier run must not count.
    rm -f "$folder/meson-logs/testlog.json"
    CXX=$compiler sh tests/configure.sh "$folder" --werror -Dtests=enabled "$@" || return
    meson compile -C "$folder" $targets || return
    meson test -C "$folder" --no-rebuild --print-errorlogs --num-processes "$processes" --timeout-multiplier 2 \
        $(printf -- '--suite %s ' $suites)
    python3 -B tests/summary.py closing-lines "$folder"
}

examples=-Dexamples=enabled sanitizers='--buildtype=debug -Db_sanitize=address,undefined'
configuration build g++ "unit service end_to_end consumer bench $house" --buildtype=release $examples
configuration build-gcc-debug g++ 'unit end_to_end' $sanitizers $examples
if [ -n "$clang" ]; then
    configuration build-clang-release clang++ 'unit end_to_end bench fuzz exhaustive' --buildtype=release $examples
    configuration build-clang-debug clang++ 'unit end_to_end fuzz oracle' $sanitizers -Db_lundef=false $examples
    # Without --buildtype, which overrides -Doptimization.
    configuration build-gcc-no-exceptions g++ unit \
        -Ddebug=false -Doptimization=1 -Dcpp_eh=none -Dcpp_rtti=false -Db_pch=false -Dexamples=disabled
    targets=test_threads
    configuration build-gcc-tsan g++ threads -Ddebug=true -Doptimization=1 -Db_sanitize=thread -Dexamples=disabled
fi

printf '\n'
python3 -B tests/summary.py total $configurations
