#!/usr/bin/env bash
# Makes the Linux guest of the tests: Debian's riscv64 kernel, and an initrd of busybox and drivers.
#
#   fetch-linux.sh [--refresh] [FOLDER]
#
# FOLDER ($HMP_GUESTS, or linux/ beside this script) gets Image and initrd.gz. What is there already and was made by the
# same recipe is kept; --refresh asks the mirror again.
#
# Packages come with apt from the mirror that the system's own sources name, checked with Debian's keyring, into a private
# root: nothing of the system changes and no privileges are needed. HMP_DEBIAN_MIRROR names another mirror,
# HMP_DEBIAN_SUITE another release.
set -euo pipefail
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)
suite=${HMP_DEBIAN_SUITE:-trixie}
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
parts='init hotplug udhcpc.script modules'

die() {
  printf 'fetch-linux.sh: %s\n' "$*" >&2
  exit 1
}

refresh=
if [ "${1:-}" = --refresh ]; then
  refresh=yes
  shift
fi
[ $# -le 1 ] || die "takes one folder, not '$*'"
target=${1:-${HMP_GUESTS:-$here/linux}}

# shellcheck disable=SC2086 # a list of names
recipe="$suite $(cd "$here" && cat fetch-linux.sh $parts | sha256sum | cut -d ' ' -f 1)"
if [ -z "$refresh" ] && [ -s "$target/Image" ] && [ -s "$target/initrd.gz" ] &&
  [ "$(cat "$target/recipe" 2>/dev/null)" = "$recipe" ]; then
  echo "$target is up to date"
  exit 0
fi

for tool in apt-get apt-cache dpkg-deb cpio gzip xz; do
  command -v "$tool" >/dev/null || die "'$tool' is missing: a Debian system with apt, dpkg, cpio and xz-utils is needed"
done
[ -r "$keyring" ] || die "$keyring is missing: install debian-archive-keyring"

# the first repository of the system that is Debian's main archive
mirror=${HMP_DEBIAN_MIRROR:-$(apt-get indextargets 'Created-By: Packages' --format '$(REPO_URI)' | sed -n '/\/debian\/\?$/{p;q}')}
[ -n "$mirror" ] || die "the system's package sources name no Debian mirror: set HMP_DEBIAN_MIRROR to one"

mkdir -p "$target"
work=$(cd "$target" && mktemp -d "$PWD/work.XXXXXX")
trap 'rm -rf "$work"' EXIT

# --- packages ---------------------------------------------------------------------------------------------------------

mkdir -p "$work"/apt/{lists/partial,cache/archives/partial,sources} "$work"/{debs,root,initrd}
: >"$work/apt/status"
cat >"$work/apt/sources/guest.sources" <<SOURCES
Types: deb
URIs: $mirror
Suites: $suite
Components: main
Architectures: riscv64
Signed-By: $keyring
SOURCES
# hooks of the system's apt are about the system's own state: off
cat >"$work/apt/conf" <<CONF
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear APT::Architectures;
APT::Architecture "riscv64";
APT::Architectures { "riscv64"; };
APT::Sandbox::User "$(id -un)";
APT::Update::Error-Mode "any";
Acquire::Languages "none";
Dir::State::lists "$work/apt/lists";
Dir::State::status "$work/apt/status";
Dir::Cache "$work/apt/cache";
Dir::Etc::sourcelist "-";
Dir::Etc::sourceparts "$work/apt/sources";
CONF

echo "package lists of $suite"
apt-get -c "$work/apt/conf" -qq update || die "cannot read the package lists of $suite from $mirror: no network?"
# a metapackage names the kernel of the day
kernel=$(apt-cache -c "$work/apt/conf" depends linux-image-riscv64 | sed -n 's/^ *Depends: \(linux-image-[^ ]*\)$/\1/p')
[ -n "$kernel" ] || die "$suite has no kernel for riscv64"
echo "$kernel, busybox-static"
(cd "$work/debs" && apt-get -c "$work/apt/conf" -qq download "$kernel" busybox-static) ||
  die "cannot download $kernel and busybox-static from $mirror"
for deb in "$work"/debs/*.deb; do dpkg-deb -x "$deb" "$work/root"; done

release=${kernel#linux-image-}
from=$work/root/usr/lib/modules/$release
[ -d "$from" ] || from=$work/root/lib/modules/$release
[ -d "$from" ] || die "$kernel has no modules of $release"

# --- initrd -----------------------------------------------------------------------------------------------------------

cd "$work/initrd"
mkdir -p bin sbin usr/bin usr/sbin etc/udhcpc dev proc sys tmp root mnt "lib/modules/$release"
mv "$(find "$work/root" -path '*/bin/busybox' -print -quit)" bin/busybox || die 'busybox-static has no busybox'
install -m 755 "$here/init" init
install -m 755 "$here/hotplug" etc/hotplug
install -m 755 "$here/udhcpc.script" etc/udhcpc/default.script
: >etc/resolv.conf

to=lib/modules/$release
cp "$from"/modules.{builtin,builtin.modinfo,order} "$to/"

# information KEY FILE: what a module says of itself, one value a line
information() { tr '\0' '\n' <"$2" | sed -n "s/^$1=//p"; }

# add NAME: copies a module and what it needs, and writes its lines of modules.dep, modules.alias and modules.softdep.
# Prints its path and its dependencies' paths, the nearest first.
add() {
  local name=$1 packed file needs need
  packed=$(cd "$from" && find kernel -name "$(sed 's/[-_]/[-_]/g' <<<"$name").ko*" -print -quit)
  [ -n "$packed" ] || return 1
  file=${packed%.xz}
  if [ ! -e "$to/$file" ]; then
    mkdir -p "$to/$(dirname "$file")"
    case $packed in
      *.xz) xz -dc "$from/$packed" >"$to/$file" ;;
      *) cp "$from/$packed" "$to/$file" ;;
    esac
    needs=
    for need in $(information depends "$to/$file" | tr ',' ' '); do needs="$needs $(add "$need")"; done
    # shellcheck disable=SC2086 # a list of paths
    echo "$file:"$needs >>"$to/modules.dep"
    information alias "$to/$file" | sed "s/.*/alias & ${name//-/_}/" >>"$to/modules.alias"
    information softdep "$to/$file" | sed "s/^/softdep ${name//-/_} /" >>"$to/modules.softdep"
    for need in $(information softdep "$to/$file" | sed 's/p[a-z]*://g'); do add "$need" >/dev/null || true; done
  fi
  sed -n "s|^$file: *|$file |p" "$to/modules.dep"
}

: >"$to/modules.dep" >"$to/modules.alias" >"$to/modules.softdep"
for module in $(sed 's/#.*//' "$here/modules"); do
  add "$module" >/dev/null || grep -q "/$(sed 's/[-_]/[-_]/g' <<<"$module")\.ko" "$to/modules.builtin" ||
    echo "no module $module in $kernel" >&2
done

find . -exec touch -h -d @0 {} +
find . -print0 | sort -z | cpio --quiet -0 -o -H newc --reproducible -R 0:0 | gzip -9n >"$work/initrd.gz"

# --- done -------------------------------------------------------------------------------------------------------------

mv "$work/root/boot/vmlinux-$release" "$target/Image"
mv "$work/initrd.gz" "$target/initrd.gz"
printf '%s\n' "$recipe" >"$target/recipe"
ls -l "$target/Image" "$target/initrd.gz"
