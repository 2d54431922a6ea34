#!/bin/sh
# Static analysis of include/ and examples/, by clang-tidy 19 (.clang-tidy) and cppcheck. Prints what they find. The exit
# status is 0 only if they find nothing.
#
# Unquoted variables are lists of words.
# shellcheck disable=SC2086
set -u
cd "$(dirname "$0")/.." || exit 1
out=build-analyse

sh tests/install_packages.sh build test analysis || exit 1
mkdir -p "$out"

# One translation unit for each umbrella header, and the examples, which instantiate what these declare.
umbrellas=
for header in include/unfriend/*.hpp; do
    name=$(basename "$header" .hpp)
    echo "#include \"unfriend/$name.hpp\"" >"$out/$name.cpp"
    umbrellas="$umbrellas $out/$name.cpp"
done

# tidy FILE: with the flags of examples/meson.build.
cat >"$out/tidy" <<'END'
case $1 in
*asio*) flags='-std=c++20 -DASIO_HAS_CO_AWAIT -DASIO_HAS_STD_COROUTINE' ;;
*webhook_receiver*) flags='-std=c++17 -DCPPHTTPLIB_OPENSSL_SUPPORT' ;;
*) flags=-std=c++17 ;;
esac
clang-tidy-19 --quiet "$1" -- $flags -Iinclude -Isingle_include -Iexamples 2>&1
END

echo "== clang-tidy"
echo $umbrellas $(find examples -name '*.cpp') | tr ' ' '\n' |
    xargs -P "$(getconf _NPROCESSORS_ONLN)" -n 1 sh "$out/tidy" >"$out/tidy.log"
# A header is reported for each file that includes it. Clang 19 finds an error in RapidJSON 1.1, in a function that nobody
# calls: what is in other libraries does not count.
awk -v root="$PWD/" '/: (warning|error): / { sub("^" root, ""); is_shown = /^(include|examples|build-analyse)\// && !seen[$0]++ }
    is_shown; is_shown && /: (warning|error): / { found = 1 } END { exit found }' "$out/tidy.log"
tidy=$?
# Nothing is found in files that were not read.
read=$(grep -c 'warnings generated\|warning generated' "$out/tidy.log")

echo "== cppcheck"
cppcheck --quiet --std=c++17 --language=c++ --enable=warning,performance,portability --error-exitcode=1 \
    --suppressions-list=tests/cppcheck_suppressions.txt -j "$(getconf _NPROCESSORS_ONLN)" \
    -DUNFRIEND_WITH_USER_SIG=1 -DRAPIDJSON_NAMESPACE=rapidjson -DRAPIDJSON_NAMESPACE_BEGIN= -DRAPIDJSON_NAMESPACE_END= \
    $(find include examples -name '*.[ch]pp')
cppcheck=$?

[ "$tidy" = 0 ] && [ "$cppcheck" = 0 ] && [ "$read" != 0 ]
