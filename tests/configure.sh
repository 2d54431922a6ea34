#!/bin/sh
# Configures a build folder, for the first time or again:
#
#   sh tests/configure.sh FOLDER [MESON_OPTION]...
set -eu
cd "$(dirname "$0")/.."

folder=$1
shift
if [ ! -f "$folder/meson-private/coredata.dat" ]; then
    exec meson setup "$@" "$folder"
fi
meson setup --reconfigure "$@" "$folder" && exit
echo 'Meson keeps what it did not find in an earlier run. Configuring again from scratch.'
exec meson setup --wipe "$@" "$folder"
