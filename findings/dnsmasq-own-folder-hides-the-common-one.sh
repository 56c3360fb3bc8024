#!/usr/bin/env bash
# dnsmasq's per-phone TFTP folder (--tftp-unique-root=mac) hides the common one whole, and its absence opens it whole.
#
# Guess, written down before it was run: the phone's own folder lies over the common one: what it does not hold is looked for in the common folder;
#   and a phone without a folder of its own is refused, since "unique root" was asked for.
# Seen: whether the folder exists is looked at for each request, and it replaces the common one. An empty folder hides every common file ("not
#   found"); without a folder, or where the client's hardware address is not known (another network, the loopback), the common folder is
#   served. The folder's name is the address in small letters with dashes: one with capitals or colons counts as absent.
# Version: dnsmasq 2.90-4~deb12u2 (Debian 12).
# Output seen (common file "common.cfg"; the client has the MAC 02:00:00:AA:BB:01):
#   no folder: common
#   02-00-00-AA-BB-01, empty: common
#   02-00-00-aa-bb-01, empty: error 1
#   02-00-00-aa-bb-01 with its own file: own
#   the same file asked over the loopback: common
#   folder removed again: common
# Why it matters: whoever steers phones by such folders must not end a phone's turn by removing its folder: with it goes what kept the common
#   files, an OS79XX.TXT or a default that names a load among them, away from that phone. And the first folder that is made for a phone takes
#   its ring lists and dial plans away until they are put in there, too.
# Needs root (network namespaces), Debian 12 on amd64, ip, ss, node.
set -euo pipefail
here=$(realpath "$0")
if [ "${1:-}" != inside ]; then
  dir=$(mktemp -d)
  trap 'rm -rf "$dir"' EXIT
  chmod 755 "$dir"
  cd "$dir"
  apt-get download -qq dnsmasq-base=2.90-4~deb12u2 2> apt.log || { cat apt.log >&2; echo "cannot be checked: the pinned packages are not to be had" >&2; exit 2; }
  for deb in ./*.deb; do dpkg -x "$deb" root; done
  unshare --net --pid --fork --kill-child --mount-proc bash "$here" inside "$dir"
  exit
fi
cd "$2"
fail() { echo "changed: $1" >&2; exit 1; }
ip link set lo up
# The phone has a network namespace of its own, at the other end of a cable.
unshare --net sleep 60 &
phone=$!
for _ in $(seq 50); do [ "$(readlink /proc/$phone/ns/net)" != "$(readlink /proc/self/ns/net)" ] && break; sleep 0.1; done
ip link add server type veth peer name phone
ip link set phone address 02:00:00:aa:bb:01 netns "$phone"
ip addr add 192.0.2.1/24 dev server
ip link set server up
inside() { nsenter --target "$phone" --net "$@"; }
inside ip addr add 192.0.2.9/24 dev phone
inside ip link set phone up
mkdir -m 755 files
printf common > files/common.cfg
root/usr/sbin/dnsmasq --keep-in-foreground --conf-file=/dev/null --pid-file= --log-facility="$PWD/dnsmasq.log" --user=root --group=root \
  --port=0 --enable-tftp --tftp-root="$PWD/files" --tftp-unique-root=mac &
for _ in $(seq 100); do [ -n "$(ss -Huln 'sport = :69')" ] && break; sleep 0.1; done
cat > ask.cjs << 'END'
// Asks for common.cfg and prints the first block, or the error.
const { createSocket } = require('node:dgram');
const socket = createSocket('udp4');
setTimeout(() => process.exit(3), 5000).unref();
socket.on('message', (data, from) => {
  console.log(data[1] === 3 ? data.subarray(4).toString() : `error ${data[3]}`);
  if (data[1] === 3) socket.send(Buffer.from([0, 4, 0, 1]), from.port, from.address, () => socket.close());
  else socket.close();
});
socket.bind(0, () => socket.send(Buffer.from('\0\x01common.cfg\0octet\0', 'latin1'), 69, process.argv[2]));
END
node=$(command -v node)
phone_gets() { inside "$node" ask.cjs 192.0.2.1; }
{
  echo "no folder: $(phone_gets)"
  mkdir -m 755 files/02-00-00-AA-BB-01
  echo "02-00-00-AA-BB-01, empty: $(phone_gets)"
  mkdir -m 755 files/02-00-00-aa-bb-01
  echo "02-00-00-aa-bb-01, empty: $(phone_gets)"
  printf own > files/02-00-00-aa-bb-01/common.cfg
  echo "02-00-00-aa-bb-01 with its own file: $(phone_gets)"
  echo "the same file asked over the loopback: $("$node" ask.cjs 127.0.0.1)"
  rm -r files/02-00-00-aa-bb-01
  echo "folder removed again: $(phone_gets)"
} > seen.txt || fail "dnsmasq did not answer"
cat seen.txt
expected='no folder: common
02-00-00-AA-BB-01, empty: common
02-00-00-aa-bb-01, empty: error 1
02-00-00-aa-bb-01 with its own file: own
the same file asked over the loopback: common
folder removed again: common'
[ "$(cat seen.txt)" = "$expected" ] || fail "a folder of its own lies over the common one now, or its absence refuses"
