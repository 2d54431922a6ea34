#!/bin/sh
# Measures how much of include/ the unit tests reach, with Clang and llvm-cov. Prints a line for each header, and the lines
# and branches that nothing reaches are in build-coverage/report. The exit status is 0 only if at least 98 % of the lines and
# 92 % of the branches are reached. tests/coverage.md says what is left and why.
set -eu
cd "$(dirname "$0")/.."
out=build-coverage
lines=98 branches=92

sh tests/install_packages.sh build test clang coverage
version=$(clang --version | sed -n 's/.*clang version \([0-9]*\).*/\1/p')

export CXX=clang++
export CXXFLAGS='-fprofile-instr-generate -fcoverage-mapping' LDFLAGS='-fprofile-instr-generate'
sh tests/configure.sh "$out" -Dtests=enabled -Dexamples=disabled -Ddebug=false -Doptimization=1 -Db_pch=false
programs=$(ninja -C "$out" -t targets all | sed -n 's/^\(tests\/unit\/test_[a-z_0-9]*\): .*/\1/p')
# shellcheck disable=SC2086 # a list of words
ninja -C "$out" $programs

# The differential test reads a million documents in an optimised build, which reach no more than these.
export UNFRIEND_DIFFERENTIAL_DOCUMENTS=30000
rm -rf "$out/profiles"
LLVM_PROFILE_FILE=$PWD/$out/profiles/%p.profraw meson test -C "$out" --no-rebuild --suite unit --timeout-multiplier 4
"llvm-profdata-$version" merge -o "$out/unit.profdata" "$out"/profiles/*.profraw

objects=
for program in $programs; do
    objects="$objects -object $out/$program"
done
# shellcheck disable=SC2086 # a list of words
"llvm-cov-$version" report ${objects# -object } -instr-profile="$out/unit.profdata" \
    -ignore-filename-regex='(/usr/|/tests/)' >"$out/summary"
# shellcheck disable=SC2086 # a list of words
"llvm-cov-$version" show ${objects# -object } -instr-profile="$out/unit.profdata" \
    -ignore-filename-regex='(/usr/|/tests/)' -show-branches=count -show-instantiations=false >"$out/report"
cat "$out/summary"
awk -v lines="$lines" -v branches="$branches" '
    $1 == "TOTAL" { reached_lines = $10; reached_branches = $13 }
    END {
        printf "lines: %s, branches: %s\n", reached_lines, reached_branches
        exit !(reached_lines + 0 >= lines && reached_branches + 0 >= branches)
    }' "$out/summary"
