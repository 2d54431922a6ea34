#!/bin/sh
# Measures the library against its peers, writes the table of ratios to tests/bench/results.txt (results-clang.txt where
# CXX is Clang) and draws tests/bench/results.svg:
#
#   SIMDJSON=FOLDER sh tests/bench/run.sh [REPETITIONS]
#
# Installs what is missing, and builds an optimised build in `build` or `build-clang`. SIMDJSON is optional: a folder with
# the simdjson.h and simdjson.cpp of a newer release than the system's.
set -eu
cd "$(dirname "$0")/../.."

repetitions=${1:-15}

sh tests/install_packages.sh build test bench

# The plotting package is Debian's, which only Debian's own interpreter sees.
for python in python3 /usr/bin/python3; do
    "$python" -c 'import matplotlib' 2>/dev/null && break
done

build=build
case "${CXX:-g++}" in *clang*) build=build-clang ;; esac
CXX=${CXX:-g++} sh tests/configure.sh "$build" --buildtype=release -Dtests=enabled -Dbench_simdjson="${SIMDJSON:-}"
meson compile -C "$build" bench_unfriend

# Interleaved at random, so that each ratio is of times taken next to each other. One process for each kind of work:
# what one leaves of the heap must neither help nor hurt another.
set --
for work in decode fixed encode url user_sig/fresh user_sig/warm call; do
    results=$build/tests/bench/$(echo $work | tr / _).json
    "$build/tests/bench/bench_unfriend" \
        --benchmark_filter="^$work/" \
        --benchmark_repetitions="$repetitions" \
        --benchmark_enable_random_interleaving=true \
        --benchmark_min_time=0.02 \
        --benchmark_out="$results" \
        --benchmark_out_format=json >"$results.txt" 2>&1 ||
        { cat "$results.txt" >&2; exit 1; }
    set -- "$@" "$results"
done

case "${CXX:-g++}" in
*clang*) table=tests/bench/results-clang.txt ;;
*) table=tests/bench/results.txt && set -- "$@" tests/bench/results.svg ;;
esac
"$python" -B tests/bench/report.py "$@" >"$table"
cat "$table"
