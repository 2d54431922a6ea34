#!/bin/sh
# build_libcrypto.sh SOURCE BUILD COMPILER...: builds libcrypto.a and the generated headers in the folder BUILD.
set -eu
source=$(cd "$1" && pwd)
mkdir -p "$2"
cd "$2"
shift 2
CC="$*" perl "$source/Configure" no-shared no-module no-tests >configure.log
make build_generated libcrypto.a >make.log
echo '// libcrypto.a and the generated headers are newer than this.' >libcrypto_is_built.h
