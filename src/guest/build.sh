#!/bin/sh
# Builds the firmware and the guest into built/ and prints their SHA-256 sums.
#   build.sh           rebuild into built/
#   build.sh --check   rebuild elsewhere and compare with built/ (exit 1: they differ, 77: no cross compiler)
set -eu
export LC_ALL=C
cd "$(dirname "$0")"

CROSS=${CROSS_COMPILE:-riscv64-linux-gnu-}
FLAGS='-march=rv64imac_zicsr_zifencei -mabi=lp64 -mcmodel=medany -mno-relax -msmall-data-limit=0
  -std=gnu11 -Os -g0 -ffreestanding -fno-builtin -fno-pic -fno-pie -fno-stack-protector -fno-common -fno-ident
  -fno-asynchronous-unwind-tables -fno-jump-tables -fno-tree-loop-distribute-patterns -fno-strict-aliasing
  -Wall -Wextra -Werror -Iinclude'
LINK='-nostdlib -static -no-pie -Wl,--build-id=none -Wl,--no-relax -Wl,--no-warn-rwx-segments -Wl,-z,max-page-size=4096'

# build_image NAME SOURCE-DIRECTORY OUTPUT-DIRECTORY
build_image() {
  objects=
  for source in "$2"/*.S "$2"/*.c lib/*.c; do
    object=$work/$1-$(basename "$source").o
    "${CROSS}gcc" $FLAGS -I"$2" -c "$source" -o "$object"
    objects="$objects $object"
  done
  "${CROSS}gcc" $FLAGS $LINK -T "$2/link.ld" $objects -o "$3/$1.elf"
}

if ! command -v "${CROSS}gcc" >/dev/null 2>&1; then
  echo "build.sh: ${CROSS}gcc not found (Debian: apt install gcc-riscv64-linux-gnu)" >&2
  exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

case ${1-} in
  '') out=built ;;
  --check) out=$work ;;
  *) echo 'usage: build.sh [--check]' >&2; exit 2 ;;
esac

mkdir -p "$out"
build_image firmware firmware "$out"
build_image guest os "$out"
if [ "$out" = built ]; then
  sha256sum built/firmware.elf built/guest.elf
  exit 0
fi
for image in firmware guest; do
  cmp -s "$work/$image.elf" "built/$image.elf" && continue
  echo "build.sh: built/$image.elf is not what its sources give with $("${CROSS}gcc" --version | head -n 1)" >&2
  echo 'build.sh: run src/guest/build.sh with Debian 12 gcc 12.2.0 and commit the result' >&2
  exit 1
done
echo 'build.sh: built/firmware.elf and built/guest.elf match their sources'
