#!/bin/bash
# usage: emulate ARCH PROGRAM [ARGUMENT...]
#
# Runs a test that is built for ARCH, under qemu-user and with ARCH's libraries.
# A script is run by this machine; it finds in LOCKSTEP_EMULATOR what it must put
# before the programs that it was given.
set -euo pipefail

arch=$1
shift
export LOCKSTEP_EMULATOR=/usr/bin/qemu-$arch
export QEMU_LD_PREFIX=/usr/$arch-linux-gnu
if [[ ! -x $LOCKSTEP_EMULATOR || ! -d $QEMU_LD_PREFIX ]]; then
  echo "no qemu or no libraries for $arch: run tools/setup --arch $arch" >&2
  exit 2
fi

if [[ $(head -c 4 -- "$1") == $'\x7fELF' ]]; then
  exec "$LOCKSTEP_EMULATOR" "$@"
fi
exec "$@"
