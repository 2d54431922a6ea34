#!/bin/sh
# Configures a build folder, for the first time or again:
#
#   sh tests/configure.sh FOLDER [MESON_OPTION]...
set -eu
cd "$(dirname "$0")/.."

folder=$1
shift
if [ -f "$folder/meson-private/coredata.dat" ]; then
    # Meson remembers what it did not find, and that may be installed by now.
    meson configure --clearcache "$folder" >/dev/null
    set -- --reconfigure "$@"
fi
meson setup "$@" "$folder"
