#!/bin/bash
# usage: emulate ARCH PROGRAM [ARGUMENT...]
#
# Runs a test that is built for ARCH, under qemu-user and with ARCH's libraries.
# A script is run by this machine; it finds in LOCKSTEP_EMULATOR what it must put
# before the programs that it was given. Programs of i386 run without qemu where
# the kernel takes them; not every x86-64 kernel does.
set -euo pipefail

arch=$1
shift
name=$arch
export QEMU_LD_PREFIX=/usr/$arch-linux-gnu
if [[ $arch == i386 ]]; then
  /lib/ld-linux.so.2 --version >/dev/null 2>&1 && exec "$@"
  name=m32
  QEMU_LD_PREFIX=/
fi
export LOCKSTEP_EMULATOR=/usr/bin/qemu-$arch
if [[ ! -x $LOCKSTEP_EMULATOR || ! -d $QEMU_LD_PREFIX ]]; then
  echo "no qemu or no libraries for $arch: run tools/setup --arch $name" >&2
  exit 2
fi

if [[ $(head -c 4 -- "$1") == $'\x7fELF' ]]; then
  exec "$LOCKSTEP_EMULATOR" "$@"
fi
exec "$@"
