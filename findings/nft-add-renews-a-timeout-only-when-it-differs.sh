#!/usr/bin/env bash
# nftables: adding an element again with the timeout that it has succeeds and does not renew it; with another timeout it does.
#
# Guess (as it stood in a description of this): `add element` leaves an element that is there alone, so that only deleting and adding renews it.
#   Another one, from public threads: since Linux 6.12 every add renews it.
# Seen: neither. On this kernel the timeout starts again when the add names another timeout than the element has, or says `expires`; with the
#   same timeout nothing happens, and nft ends with 0 all the same. `create` refuses. Add, delete and add in one transaction always renews.
# Versions: nftables 1.0.6-2+deb12u2 (Debian 12) on Linux 6.18.44. It is the kernel that decides; below 6.12 this script checks nothing.
# Output seen (each time an element of 60 seconds, 3 seconds old):
#   the same timeout: exit 0, not renewed
#   another timeout: exit 0, renewed
#   the same timeout, and expires: exit 0, renewed
#   add, delete and add in one go: exit 0, renewed
#   create: exit 1, not renewed
# Why it matters: a set of phones that may pass for fifteen minutes after they were last seen is kept by adding the same line each time; the
#   phone drops out fifteen minutes after it was FIRST seen, perhaps in the middle of a transfer. A test that shortens the second timeout, to be
#   quick, sees the element renewed. `timeout T expires T` is enough on this kernel. The transaction of three is what others report
#   to work on older ones too; its first add is for an element that has run out by then, which a delete alone would trip over.
# Needs root (a network namespace), Linux 6.12 or later, Debian 12 on amd64, node.
set -euo pipefail
here=$(realpath "$0")
if [ "${1:-}" != inside ]; then
  [ "$(id -u)" = 0 ] || { echo "cannot be checked: needs root" >&2; exit 2; }
  printf '%s\n' 6.12 "$(uname -r)" | sort -CV || { echo "cannot be checked: Linux $(uname -r) is older than 6.12" >&2; exit 2; }
  dir=$(mktemp -d)
  trap 'rm -rf "$dir"' EXIT
  cd "$dir"
  apt-get download -qq nftables=1.0.6-2+deb12u2 libnftables1=1.0.6-2+deb12u2 libnftnl11=1.2.4-2 libmnl0=1.0.4-3 libxtables12=1.8.9-2 \
    libjansson4=2.14-2 libedit2=3.1-20221030-2 \
    2> apt.log || { cat apt.log >&2; echo "cannot be checked: the pinned packages are not to be had" >&2; exit 2; }
  for deb in ./*.deb; do dpkg -x "$deb" root; done
  unshare --net --pid --fork --kill-child bash "$here" inside "$dir"
  exit
fi
cd "$2"
fail() { echo "changed: $1" >&2; exit 1; }
export LD_LIBRARY_PATH="$PWD/root/usr/lib/x86_64-linux-gnu:$PWD/root/lib/x86_64-linux-gnu"
nft=$PWD/root/usr/sbin/nft
"$nft" add table ip try && "$nft" add set ip try seen '{ type ether_addr; flags timeout; }' || { echo "cannot be checked: this kernel has no nftables" >&2; exit 2; }
echo "$("$nft" -v | cut -d' ' -f1,2), Linux $(uname -r)"
mac=00:11:22:33:44:55
# Each way begins with an element of 60 seconds that is 3 seconds old; renewed is what has more than 58 left after it.
try() {
  "$nft" flush set ip try seen
  "$nft" add element ip try seen "{ $mac timeout 60s }"
  sleep 3
  local ended=0 left
  printf '%s\n' "${@:2}" | "$nft" -f - > nft.log 2>&1 || ended=$?
  left=$("$nft" -j list set ip try seen | node -e 'const { nftables } = JSON.parse(require("node:fs").readFileSync(0)); console.log(nftables.find((part) => part.set).set.elem[0].elem.expires)')
  if [ "$left" -gt 58 ]; then echo "$1: exit $ended, renewed"; elif [ "$left" -gt 52 ]; then echo "$1: exit $ended, not renewed"; else echo "$1: exit $ended, $left seconds left"; fi
}
{
  try "the same timeout" "add element ip try seen { $mac timeout 60s }"
  try "another timeout" "add element ip try seen { $mac timeout 61s }"
  try "the same timeout, and expires" "add element ip try seen { $mac timeout 60s expires 60s }"
  try "add, delete and add in one go" "add element ip try seen { $mac timeout 60s }" "delete element ip try seen { $mac }" "add element ip try seen { $mac timeout 60s }"
  try "create" "create element ip try seen { $mac timeout 60s }"
} > seen
cat seen
cat > expected << 'END'
the same timeout: exit 0, not renewed
another timeout: exit 0, renewed
the same timeout, and expires: exit 0, renewed
add, delete and add in one go: exit 0, renewed
create: exit 1, not renewed
END
cmp -s seen expected || fail "what renews the timeout of an element"
