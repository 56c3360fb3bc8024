#!/usr/bin/env bash
# A .deb of a Node program with koffi in it cannot be built by the usual helper: dpkg-shlibdeps stops at the musl binary that koffi brings along.
#
# Guess, written down before this was run (that the tool stops was told; what helps was not): the glibc binary's dependencies are still printed,
#   and --ignore-missing-info lets the other one pass.
# Seen: no. npm chooses by system and processor, and the package it chooses holds two binaries, one for glibc and one for musl. For the musl one
#   dpkg-shlibdeps ends with 2, given both it prints none at all, and --ignore-missing-info changes nothing. Leaving the musl folder
#   out is what helps.
# Versions: koffi 3.3.4 with @koromix/koffi-linux-x64, dpkg-dev 1.21.23 (Debian 12).
# Output seen:
#   glibc: exit 0, asks for libc6
#   musl: exit 2, says cannot find library libc.musl-x86_64.so.1
#   both: exit 2, says cannot find library libc.musl-x86_64.so.1
#   both, --ignore-missing-info: exit 2, says cannot find library libc.musl-x86_64.so.1
# Why it matters: a program that is installed from npm and runs well fails only when it is made into a package, since dh_shlibdeps looks at every
#   ELF file in it. The folder musl_x64 must be deleted in the package's build before that step, or be excluded from it.
# Needs npm, perl, Debian 12 on amd64 (its package database is what names libc6), objdump.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
[ "$(uname -m)" = x86_64 ] && command -v objdump > objdump.log || { echo "cannot be checked: needs amd64 and objdump" >&2; exit 2; }
apt-get download -qq dpkg-dev=1.21.23 libdpkg-perl=1.21.23 2> apt.log || { cat apt.log >&2; echo "cannot be checked: the pinned packages are not to be had" >&2; exit 2; }
for deb in ./*.deb; do dpkg -x "$deb" root; done
mkdir app
echo '{"private":true}' > app/package.json
npm install --prefix app --silent --no-audit --no-fund --ignore-scripts koffi@3.3.4 > npm.log 2>&1 || { cat npm.log >&2; echo "cannot be checked: the pinned package is not to be had" >&2; exit 2; }
fail() { echo "changed: $1" >&2; exit 1; }
mkdir debian
printf 'Source: app\nMaintainer: A <a@example.org>\n\nPackage: app\nArchitecture: amd64\nDepends: ${shlibs:Depends}\nDescription: app\n' > debian/control
at=app/node_modules/@koromix/koffi-linux-x64
glibc=$at/linux_x64/koffi.node musl=$at/musl_x64/koffi.node
[ -f "$glibc" ] && [ -f "$musl" ] || fail "koffi no longer brings both binaries in one package"
try() {
  local ended=0
  PERL5LIB=$PWD/root/usr/share/perl5 LC_ALL=C root/usr/bin/dpkg-shlibdeps -O "${@:2}" > out 2> err || ended=$?
  if grep -q '^shlibs:Depends=libc6 ' out; then echo "$1: exit $ended, asks for libc6"
  else echo "$1: exit $ended, says $(grep -o 'cannot find library [^ ]*' err | head -1)"; fi
}
{
  try glibc "$glibc"
  try musl "$musl"
  try both "$glibc" "$musl"
  try "both, --ignore-missing-info" --ignore-missing-info "$glibc" "$musl"
} > seen
cat seen
cat > expected << 'END'
glibc: exit 0, asks for libc6
musl: exit 2, says cannot find library libc.musl-x86_64.so.1
both: exit 2, says cannot find library libc.musl-x86_64.so.1
both, --ignore-missing-info: exit 2, says cannot find library libc.musl-x86_64.so.1
END
cmp -s seen expected || fail "what dpkg-shlibdeps makes of koffi's two binaries"
