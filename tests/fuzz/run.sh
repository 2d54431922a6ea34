#!/bin/sh
# Runs the fuzz targets, one after the other, under Clang with AddressSanitizer and UndefinedBehaviorSanitizer.
#
#   sh tests/fuzz/run.sh SECONDS [TARGET...]           SECONDS for each target; no TARGET: every one
#   sh tests/fuzz/run.sh --afl SECONDS [TARGET...]     the same with AFL++
#   sh tests/fuzz/run.sh --minimise [TARGET...]        replaces each corpus by the inputs that together reach the same code
#
# Inputs that were found are kept in build-fuzz/found/TARGET, and those that break a promise in build-fuzz/broken/TARGET.
# The last line has the inputs tried and the processor time. The exit status is 0 only if every promise was kept.
#
# Unquoted variables are lists of words.
# shellcheck disable=SC2086
set -u
cd "$(dirname "$0")/../.." || exit 1
here=tests/fuzz
out=build-fuzz

usage() {
    echo "usage: sh tests/fuzz/run.sh [--afl] SECONDS [TARGET...] | --minimise [TARGET...]" >&2
    exit 2
}

mode=fuzz
case ${1:-} in
--afl) mode=afl; shift ;;
--minimise) mode=minimise; shift ;;
esac
seconds=
if [ "$mode" != minimise ]; then
    case ${1:-} in
    '' | *[!0-9]*) usage ;;
    esac
    seconds=$1
    shift
fi
targets=$*
[ -n "$targets" ] || targets=$(find "$here" -name 'fuzz_*.cpp' | sed 's|.*/fuzz_||; s/\.cpp$//' | sort)

sh tests/install_packages.sh build test clang || exit 1
[ "$mode" != afl ] || command -v afl-fuzz >/dev/null || { echo "afl-fuzz is missing: it is in the package afl++" >&2; exit 1; }

flags="-std=c++17 -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
-fsanitize-ignorelist=tests/sanitizer_ignorelist.txt -Iinclude -Itests/unit/support"
libraries="-lcrypto -lz"
ccache=$(command -v ccache || true)

dictionary_of() {
    case $1 in
    decode | storages | event | user_sig) echo "$here/dictionaries/json.dict" ;;
    query | url | retry_after) echo "$here/dictionaries/$1.dict" ;;
    esac
}

# build TARGET
build() {
    mkdir -p "$out/afl" "$out/found/$1" "$out/broken/$1"
    if [ "$mode" = afl ]; then
        AFL_QUIET=1 nice afl-clang-fast++ $flags "$here/fuzz_$1.cpp" "$here/main.cpp" -o "$out/afl_$1" $libraries
    else
        nice $ccache clang++ $flags -fsanitize=fuzzer "$here/fuzz_$1.cpp" -o "$out/fuzz_$1" $libraries
    fi
}

# run_libfuzzer TARGET
run_libfuzzer() {
    dictionary=$(dictionary_of "$1")
    nice "$out/fuzz_$1" -max_total_time="$seconds" -max_len=4096 -timeout=20 -rss_limit_mb=2048 -verbosity=0 \
        -print_final_stats=1 -artifact_prefix="$out/broken/$1/" ${dictionary:+"-dict=$dictionary"} \
        "$out/found/$1" "$here/corpus/$1" >"$out/$1.log" 2>&1
    status=$?
    units=$(sed -n 's/^stat::number_of_executed_units: *//p' "$out/$1.log")
    [ "$status" = 0 ] || show_failure "$1"
}

# run_afl TARGET
run_afl() {
    dictionary=$(dictionary_of "$1")
    AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_UI=1 AFL_NO_AFFINITY=1 nice afl-fuzz \
        -i "$here/corpus/$1" -o "$out/afl/$1" -V "$seconds" -m none ${dictionary:+-x "$dictionary"} -- "$out/afl_$1" \
        >"$out/$1.log" 2>&1
    status=$?
    units=$(sed -n 's/^execs_done *: *//p' "$out/afl/$1/default/fuzzer_stats")
    for crash in "$out/afl/$1/default/crashes"/id*; do
        [ ! -e "$crash" ] || { cp "$crash" "$out/broken/$1/"; status=1; }
    done
    [ "$status" = 0 ] || show_failure "$1"
}

# minimise TARGET: of all inputs, the smallest set that reaches as much code, without those of more than 512 bytes.
minimise() {
    rm -rf "$out/merged"
    mkdir -p "$out/merged"
    "$out/fuzz_$1" -merge=1 -max_len=512 -verbosity=0 "$out/merged" "$here/corpus/$1" "$out/found/$1" >"$out/$1.log" 2>&1 ||
        { tail -20 "$out/$1.log"; return 1; }
    units=$(find "$out/merged" -type f | wc -l)
    echo "$1: $units inputs, $(du -bs "$out/merged" | cut -f1) bytes"
}

# Sets `processor` to the processor seconds of all children that have ended.
count_processor() {
    times >"$out/times"
    processor=$(awk 'NR == 2 { split($0, part, /[ms ]+/); print int(part[1] * 60 + part[2] + part[3] * 60 + part[4]) }' \
        "$out/times")
}

# What a target said when it stopped.
show_failure() {
    grep -E '^broken|ERROR|SUMMARY|runtime error|Test unit written' "$out/$1.log" || tail -5 "$out/$1.log"
}

failed=0 total=0
mkdir -p "$out"
for target in $targets; do
    build "$target" || { failed=1; continue; }
    count_processor
    begin=$processor
    status=0 units=0
    case $mode in
    fuzz) run_libfuzzer "$target" ;;
    afl) run_afl "$target" ;;
    minimise) minimise "$target" || failed=1; continue ;;
    esac
    [ "$status" = 0 ] || failed=1
    total=$((total + ${units:-0}))
    count_processor
    echo "$target: ${units:-0} inputs, $((processor - begin)) processor seconds, exit status $status"
done
count_processor
[ "$mode" = minimise ] || echo "all: $total inputs, $processor processor seconds, building included"
exit "$failed"
