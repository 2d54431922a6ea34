#!/bin/sh
# Installs what is missing, builds the command-line example and deletes three friends on its in-process stand-in: no
# network, no configuration.
set -eu
cd "$(dirname "$0")/.."

sh tests/install_packages.sh build
sh tests/configure.sh build --buildtype=release -Dexamples=enabled
meson compile -C build unfriend

echo
echo '$ build/examples/unfriend --loopback --both alice bob carol dave'
build/examples/unfriend --loopback --both alice bob carol dave
