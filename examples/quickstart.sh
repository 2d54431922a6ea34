#!/bin/sh
# Installs what is missing, builds the command-line example and deletes three friends on its in-process stand-in: no
# network, no configuration.
set -eu
cd "$(dirname "$0")/.."

sh tests/install_packages.sh build
if [ ! -f build/meson-private/coredata.dat ]; then
    meson setup build --buildtype=release -Dexamples=enabled
fi
meson compile -C build unfriend

echo
echo '$ build/examples/unfriend --loopback --both alice bob carol dave'
build/examples/unfriend --loopback --both alice bob carol dave
