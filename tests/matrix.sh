#!/bin/sh
# Compiles and runs the unit tests with other compilers, standards, machines and libraries than tests/run.sh. What a row
# needs is installed from the distribution (Debian; needs root). Takes long, and is no part of CI.
#
#   sh tests/matrix.sh [--all] [ROW...]     --all: every unit test in every row, not a few of each layer; no ROW: every row
#   sh tests/matrix.sh --list
#
# Prints a line a row: passed, failed or not available, with the reason. The exit status is 0 only when rows passed and
# none failed. The rest of what a row said is in build-matrix/ROW/log.
#
# Unquoted variables are lists of words. The rows are called by name.
# shellcheck disable=SC2086,SC2317
set -u
cd "$(dirname "$0")/.." || exit 1
root=$PWD
out=$root/build-matrix

# Every row, in the order in which they run.
rows='gcc-12 gcc-newest clang-14 clang-19 clang-newest libc++ c++20 c++23 clang-19-c++23 no-exceptions unsigned-char unity
m32 aarch64 s390x mingw mingw-user-sig boringssl wraps bazel'

# One or more of each layer: enough to see that a compiler understands the library.
few='core/test_error crypto/test_secret json/test_json_text json/test_simd http/test_endpoint messages/test_decode
messages/test_encode user_sig/test_user_sig webhook/test_webhook_decode webhook/test_webhook_authentication
call/test_operation call/test_pacer clients/test_client clients/test_coroutine_client'

every() {
    (cd tests/unit && ls ./*/test_*.cpp) | sed 's|^\./||; s|\.cpp$||'
}

# --- What the distribution has

is_installed() {
    dpkg-query --show --showformat='${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed
}

# need PACKAGE...: installs what is missing; without success the row is not available.
need() {
    missing=
    for package in "$@"; do
        is_installed "$package" || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    if DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 install -q -y --no-remove \
        --no-install-recommends $missing </dev/null; then
        return 0
    fi
    unavailable "the distribution does not install$missing"
}

# newest PREFIX: the highest N of the packages PREFIX-N.
newest() {
    apt-cache search --names-only "^$1-[0-9]+\$" | sed 's/ .*//; s/.*-//' | sort -n | tail -1
}

# apt-get with lists and archives of its own, so that the machine's stay as they are.
apt_apart() {
    folder=$1
    shift
    mkdir -p "$folder/lists/partial" "$folder/cache/archives/partial"
    apt-get -q -o "Dir::State::lists=$folder/lists" -o "Dir::Cache=$folder/cache" "$@" </dev/null
}

# unpack ARCHITECTURE PACKAGE...: lays the packages of another architecture, or such as cannot be installed beside others,
# into $sysroot.
unpack() {
    architecture=$1
    shift
    sysroot=$out/sysroot-$architecture
    mkdir -p "$sysroot/debs"
    (
        cd "$sysroot/debs" || exit
        set -- -o "APT::Architecture=$architecture" -o "APT::Architectures=$architecture" \
            -o Dir::State::status=/dev/null download "$@"
        [ -d ../apt/lists/partial ] || apt_apart ../apt -o "APT::Architecture=$architecture" \
            -o "APT::Architectures=$architecture" -o Dir::State::status=/dev/null update
        apt_apart ../apt "$@"
    ) || { unavailable "the distribution does not have $* for $architecture"; return; }
    for package in "$@"; do
        for deb in "$sysroot/debs/${package}"_*.deb; do
            dpkg-deb -x "$deb" "$sysroot" || return
        done
    done
}

# sources PACKAGE...: downloads the source archives of the packages into $sources.
sources() {
    sources=$out/sources
    mkdir -p "$sources/parts"
    for list in /etc/apt/sources.list.d/*.sources; do
        sed 's/^Types: deb$/Types: deb-src/' "$list" >"$sources/parts/${list##*/}"
    done
    [ ! -f /etc/apt/sources.list ] || sed -n 's/^deb /deb-src /p' /etc/apt/sources.list >"$sources/parts/sources.list"
    (
        cd "$sources" || exit
        set -- -o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=$sources/parts" source --download-only "$@"
        [ -d apt/lists/partial ] || apt_apart apt -o Dir::Etc::sourcelist=/dev/null \
            -o "Dir::Etc::sourceparts=$sources/parts" update
        apt_apart apt "$@"
    )
    # An archive is enough: the distribution's patches to it are not used.
    for package in "$@"; do
        ls "$sources/$package"_*.orig.tar.* || { unavailable "the distribution does not have the sources of $package"; return; }
    done
}

# --- Compiling and running

# The headers that no machine differs in, without those of this machine's C library beside them.
portable_headers() {
    mkdir -p "$out/include"
    for name in rapidjson doctest; do
        [ -e "$out/include/$name" ] || ln -s "/usr/include/$name" "$out/include/$name"
    done
}

ccache=$(command -v ccache || true)

# compile OUTPUT ARGUMENT...: with $compiler and $flags.
compile() {
    output=$1
    shift
    nice $ccache $compiler $flags $warnings -I "$root/include" -isystem "$out/include" -I "$root/tests/unit/support" \
        "-DUNFRIEND_TEST_DATA=\"$root/tests/data\"" -c "$@" -o "$output"
}

# needs_user_sig SOURCE: whether the test includes OpenSSL.
needs_user_sig() {
    compile - -M -MG "$1" | grep -q 'openssl/'
}

# unit_tests few|every: with $compiler and $flags, linked with $libraries, started by $runner; $select, if not empty,
# is called with each source and leaves out those for which it fails.
unit_tests() {
    case $1,$all in
    few,) names=$few ;;
    *) names=$(every) ;;
    esac
    portable_headers
    folder=$out/$row
    compile "$folder/main.o" tests/unit/support/main.cpp || return
    count=0 failures=
    for name in $names; do
        test=${name##*/}
        source=tests/unit/$name.cpp
        [ -z "$select" ] || $select "$source" || continue
        standard=
        # Coroutines are all that needs more than C++17.
        case $test,$flags in
        test_coroutine_client,*-std=c++17*) standard=-std=c++20 ;;
        esac
        echo "-- $test"
        count=$((count + 1))
        if ! compile "$folder/$test.o" "$source" $standard ||
            ! nice $compiler $flags "$folder/$test.o" "$folder/main.o" $libraries -o "$folder/$test.exe"; then
            failures="$failures $test(build)"
        elif ! nice timeout 900 $runner "$folder/$test.exe"; then
            failures="$failures $test"
        fi
        rm -f "$folder/$test.o" "$folder/$test.exe"
    done
    detail="$count test programs"
    [ -z "$failures" ] || detail="of $count test programs:$failures"
    [ $count -gt 0 ] && [ -z "$failures" ]
}

# unavailable REASON...: ends the row.
unavailable() {
    echo "not available: $*" | tee "$out/$row/unavailable"
    return 1
}

# --- The rows

native() {
    compiler=$1 flags="-O1 $2"
    unit_tests "${3:-few}"
}

row_gcc_12() { need g++-12 && native g++-12 -std=c++17; }
row_gcc_newest() {
    version=$(newest "g[+][+]")
    [ "$version" != 12 ] || { unavailable "the newest GCC of the distribution is 12"; return; }
    need "g++-$version" && native "g++-$version" -std=c++17
}
row_clang_14() { need clang-14 && native clang++-14 -std=c++17; }
row_clang_19() { need clang-19 && native clang++-19 -std=c++17; }
row_clang_newest() {
    version=$(newest clang)
    # doctest counts by __COUNTER__, of which newer ones warn.
    warnings="$warnings -Wno-unknown-warning-option -Wno-c2y-extensions"
    need "clang-$version" && native "clang++-$version" -std=c++17 && detail="clang-$version: $detail"
}
row_libcxx() {
    need clang-19 && unpack "$(dpkg --print-architecture)" libc++-19-dev libc++abi-19-dev libunwind-19-dev || return
    llvm=$sysroot/usr/lib/llvm-19
    libraries="-nostdlib++ $llvm/lib/libc++.a $llvm/lib/libc++abi.a $llvm/lib/libunwind.a $libraries -ldl"
    native clang++-19 "-std=c++17 -nostdinc++ -isystem $llvm/include/c++/v1"
}
row_cxx20() { native g++-12 -std=c++20; }
row_cxx23() { native g++-12 -std=c++23; }
row_clang_19_cxx23() { need clang-19 && native clang++-19 -std=c++23; }
row_no_exceptions() {
    native g++-12 '-std=c++17 -fno-exceptions -fno-rtti -DDOCTEST_CONFIG_NO_EXCEPTIONS_BUT_WITH_ALL_ASSERTS'
}
row_unsigned_char() { native g++-12 '-std=c++17 -funsigned-char'; }

# Every header of the library and both units of a consumer in one translation unit.
row_unity() {
    (
        cd include && find unfriend -name '*.hpp' | LC_ALL=C sort -r | sed 's|.*|#include "&"|'
        echo '#include "second_unit.cpp"'
        echo '#include "first_unit.cpp"'
    ) >"$out/$row/unity.cpp"
    nice g++-12 -std=c++17 $warnings -I include -I include/unfriend -I tests/consumer "$out/$row/unity.cpp" $libraries \
        -o "$out/$row/unity" && "$out/$row/unity" && detail='all headers and two units in one'
}

# foreign ARCHITECTURE TRIPLET COMPILER: linked statically with that machine's OpenSSL and zlib.
foreign() {
    unpack "$1" libssl-dev zlib1g-dev || return
    libraries="-static $sysroot/usr/lib/$2/libcrypto.a $sysroot/usr/lib/$2/libz.a -pthread -ldl"
    native "$3" "-std=c++17 -isystem $sysroot/usr/include/$2 -isystem $sysroot/usr/include"
}
row_m32() { need g++-12-multilib && foreign i386 i386-linux-gnu 'g++-12 -m32 -idirafter /usr/include/x86_64-linux-gnu'; }
row_aarch64() {
    need g++-12-aarch64-linux-gnu qemu-user || return
    runner=qemu-aarch64
    foreign arm64 aarch64-linux-gnu aarch64-linux-gnu-g++-12
}
row_s390x() {
    need g++-12-s390x-linux-gnu qemu-user || return
    runner=qemu-s390x
    foreign s390x s390x-linux-gnu s390x-linux-gnu-g++-12
}

# Windows: MinGW's posix threads have std::mutex and std::thread.
mingw=x86_64-w64-mingw32
windows() {
    need g++-mingw-w64-x86-64-posix wine64 || return
    WINEPREFIX=$out/wine WINEDEBUG=-all
    export WINEPREFIX WINEDEBUG
    runner=$(command -v wine64 || echo /usr/lib/wine/wine64)
    native $mingw-g++-posix "-std=c++17 $1" "$2"
}
# Those that look at a stack make it by POSIX.
for_windows() { ! grep -q '"owned_stack.hpp"' "$1"; }
for_windows_without_user_sig() { for_windows "$1" && ! needs_user_sig "$1"; }
for_windows_with_user_sig() { for_windows "$1" && needs_user_sig "$1"; }
row_mingw() {
    select=for_windows_without_user_sig libraries=-static
    windows -DUNFRIEND_WITH_USER_SIG=0 few
}

# openssl_for_windows: builds OpenSSL's libcrypto out of the distribution's sources into $built.
openssl_for_windows() {
    built=$out/openssl-$mingw
    [ ! -f "$built/libcrypto.a" ] || return 0
    need perl make && sources openssl || return
    mkdir -p "$built/source"
    for archive in "$sources"/openssl_*.orig.tar.gz; do :; done
    tar -xf "$archive" -C "$built/source" --strip-components=1 || return
    (
        cd "$built" || exit
        CC="$ccache $mingw-gcc-posix" RC=$mingw-windres AR=$mingw-ar RANLIB=$mingw-ranlib \
            perl source/Configure mingw64 no-shared no-module no-tests no-asm >/dev/null &&
            nice make -s build_generated libcrypto.a
    )
}
row_mingw_user_sig() {
    need g++-mingw-w64-x86-64-posix gcc-mingw-w64-x86-64-posix libz-mingw-w64-dev || return
    openssl_for_windows || { unavailable "OpenSSL could not be built for Windows"; return; }
    select=for_windows_with_user_sig
    libraries="-static $built/libcrypto.a -lz -lws2_32 -lgdi32 -lcrypt32 -ladvapi32 -luser32"
    windows "-isystem $built/include -isystem $built/source/include" every
}

# BoringSSL has the interface of OpenSSL 1.1.1: the branch for that is compiled and run.
row_boringssl() {
    need android-libboringssl-dev || return
    select=needs_user_sig
    android=/usr/lib/$(dpkg-architecture -q DEB_HOST_MULTIARCH 2>/dev/null || gcc -print-multiarch)/android
    libraries="$android/libcrypto.so -Wl,-rpath,$android -Wl,-z,now -lz -pthread"
    native g++-12 '-std=c++17 -isystem /usr/include/android' every
}

# Meson builds RapidJSON, zlib and OpenSSL out of archives, which are made of the distribution's sources here.
row_wraps() {
    need meson perl make && sources rapidjson zlib openssl || return
    cache=$out/wraps
    mkdir -p "$cache/archives"
    for wrap in subprojects/*.wrap; do
        package=$(basename "$wrap" .wrap)
        directory=$(sed -n 's/^directory = //p' "$wrap")
        for archive in "$sources/$package"_*.orig.tar.*; do
            case $archive in *.asc) ;; *) found=$archive ;; esac
        done
        mkdir -p "$cache/$directory"
        tar -xf "$found" -C "$cache/$directory" --strip-components=1 || return
        tar -czf "$cache/archives/$directory.tar.gz" -C "$cache" "$directory" || return
    done
    (
        cd tests/consumer || exit
        UNFRIEND_PACKAGE_CACHE=$cache/archives UNFRIEND_CXX="$ccache g++" UNFRIEND_CXXFLAGS="" UNFRIEND_SCRATCH=$out/$row \
            PYTHONPATH=$root/tests nice python3 -B -m unittest -v test_wraps
    ) && detail='all three dependencies, from source'
}

# BUILD.bazel with the distribution's Bazel, which is older than modules: a workspace names this machine's libraries.
row_bazel() {
    need bazel-bootstrap || return
    workspace=$out/$row/workspace
    rm -rf "$workspace"
    mkdir -p "$workspace/unfriend" "$workspace/system/openssl" "$workspace/system/zlib" "$workspace/system/rapidjson/include"
    cp -r include packaging/bazel/BUILD.bazel "$workspace/unfriend"
    echo 'workspace(name = "unfriend")' >"$workspace/unfriend/WORKSPACE"
    cp -r /usr/include/rapidjson "$workspace/system/rapidjson/include"
    cp -r tests/consumer/bazel_parent/. "$workspace"
    cp tests/consumer/*.cpp tests/consumer/*.hpp "$workspace"
    (
        cd "$workspace" || exit
        nice bazel --batch --output_user_root="$out/$row/bazel" build --jobs=1 //:program //:codec &&
            bazel-bin/program && bazel-bin/codec
    ) && detail='BUILD.bazel builds two programs'
}

# --- What was asked for

# The shell reads a function whole, so that the file may change while it runs.
main() {
    all=
    if [ "${1-}" = --list ]; then
        printf '%s\n' $rows
        exit 0
    fi
    if [ "${1-}" = --all ]; then
        all=yes
        shift
    fi
    [ $# -eq 0 ] || rows=$*
    sh tests/install_packages.sh build test || exit 1
    apt-get -q update >/dev/null </dev/null

    passed=0 failed=0 absent=0
    for row in $rows; do
        function=row_$(printf %s "$row" | sed 's/c++/cxx/g; s/[^a-z0-9]/_/g')
        if ! command -v "$function" >/dev/null; then
            echo "matrix.sh: no row $row; see --list" >&2
            exit 2
        fi
        mkdir -p "$out/$row"
        rm -f "$out/$row/unavailable"
        runner='' select='' detail='' warnings='-Wall -Wextra -Wpedantic -Werror'
        libraries='-Wl,-z,now -lcrypto -lz -pthread'
        if "$function" >"$out/$row/log" 2>&1; then
            passed=$((passed + 1))
            echo "$row: passed ($detail)"
        elif [ -f "$out/$row/unavailable" ]; then
            absent=$((absent + 1))
            echo "$row: $(cat "$out/$row/unavailable")"
        else
            failed=$((failed + 1))
            echo "$row: failed ($detail; see build-matrix/$row/log)"
        fi
    done
    echo "$passed passed, $failed failed, $absent not available"
    [ $passed -gt 0 ] && [ $failed -eq 0 ]
}

main "$@"
exit
