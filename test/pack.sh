#!/usr/bin/env bash
# Packs the program, installs it into an empty folder, and runs the main job there.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$root"
archive=$(npm pack --silent --ignore-scripts --pack-destination "$folder" | tail -n 1)
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund "./$archive"
answer=$(printf 'info status\ninfo virtio\ninfo roms\n' | npx --no-install hmp)
printf '%s\n' "$answer"
grep -q 'VM status: running' <<<"$answer"
grep -q 'virtio-blk' <<<"$answer"
grep -q 'guest.elf' <<<"$answer"
man -l node_modules/hmp/man/hmp.1 >/dev/null 2>&1 || test -s node_modules/hmp/man/hmp.1
test -s node_modules/hmp/man/hmp-commands.7
echo 'package: ok'
