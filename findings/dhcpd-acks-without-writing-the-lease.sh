#!/usr/bin/env bash
# dhcpd answers a client that comes back early with an ACK and writes nothing: starts and vendor class in the lease file stay the old ones.
#
# Guess, written down before it was run: each DHCPACK is written to the lease file, so "starts" says when the client was last heard, and
#   vendor-class-identifier is what it sent then.
# Seen: a client that takes its lease again early (a whole new DISCOVER, with the same MAC; dhcpd's log names 25% of the lease time) gets the
#   lease as it is, and the file is not touched, though its vendor class is another one now. With dhcp-cache-threshold 0 it is as guessed.
# Version: isc-dhcp-server 4.4.3-P1-2 (Debian 12).
# Output seen (one client takes a lease, and 3 seconds later, with another vendor class, once more):
#   by default: 2 DHCPACK, 1 time in starts, last vendor class "old image"
#   with dhcp-cache-threshold 0: 2 DHCPACK, 2 times in starts, last vendor class "new image"
# Why it matters: a phone restarts several times while its firmware is changed, well within a quarter of the lease time. To a program that
#   reads the lease file none of these restarts took place, and the vendor class is that of the image which is no longer there.
# Needs root (network namespaces), Debian 12 on amd64, ip, nsenter, node.
set -euo pipefail
here=$(realpath "$0")
if [ "${1:-}" != inside ]; then
  dir=$(mktemp -d)
  trap 'rm -rf "$dir"' EXIT
  chmod 755 "$dir"
  cd "$dir"
  apt-get download -qq isc-dhcp-server=4.4.3-P1-2 2> apt.log || { cat apt.log >&2; echo "cannot be checked: the pinned packages are not to be had" >&2; exit 2; }
  for deb in ./*.deb; do dpkg -x "$deb" root; done
  unshare --net --pid --fork --kill-child --mount-proc bash "$here" inside "$dir"
  exit
fi
cd "$2"
fail() { echo "changed: $1" >&2; exit 1; }
# Two namespaces: dhcpd here, and a relay agent that asks in the other one.
ip link set lo up
ip link add out0 type veth peer name out1
ip addr add 198.51.100.2/24 dev out0
ip link set out0 up
unshare --net sleep 120 &
relay=$!
for _ in $(seq 50); do [ "$(readlink /proc/self/ns/net)" != "$(readlink /proc/$relay/ns/net)" ] && break; sleep 0.1; done
ip link set out1 netns "$relay"
nsenter --target "$relay" --net sh -c 'ip addr add 198.51.100.1/24 dev out1; ip link set out1 up'
cat > lease.cjs << 'END'
const socket = require('node:dgram').createSocket('udp4');
const [relay, server] = ['198.51.100.1', '198.51.100.2'];
const vendorClass = Buffer.from(process.argv[3], 'latin1');
const head = Buffer.alloc(236);
head.set([1, 1, 6, 0, 0, 0, 0, Number(process.argv[2])]); // BOOTREQUEST, Ethernet, transaction id
head.set(relay.split('.').map(Number), 24);
head.set([2, 0, 0, 0, 0, 1], 28);
const message = (...options) => Buffer.concat([head, Buffer.from([99, 130, 83, 99, 60, vendorClass.length, ...vendorClass, ...options, 255])]);
let next = message(53, 1, 1);
const repeat = setInterval(() => socket.send(next, 67, server), 500);
setTimeout(() => process.exit(3), 20000).unref();
socket.on('message', (answer) => {
  if (answer[242] === 2) {
    // An offer: ask for the address in it.
    next = message(53, 1, 3, 50, 4, ...answer.subarray(16, 20), 54, 4, ...server.split('.').map(Number));
    return socket.send(next, 67, server);
  }
  if (answer[242] !== 5) process.exit(4);
  clearInterval(repeat);
  socket.close();
});
socket.bind(67, relay);
END
number=0
while IFS='|' read -r about line; do
  cat > dhcpd.conf << END
authoritative;
ping-check false;
default-lease-time 3600;
$line
subnet 198.51.100.0 netmask 255.255.255.0 { range 198.51.100.50 198.51.100.60; }
END
  : > leases
  root/usr/sbin/dhcpd -d -cf dhcpd.conf -lf leases -pf dhcpd.pid out0 > dhcpd.log 2>&1 &
  server=$!
  for image in old new; do
    [ $image = old ] || sleep 3
    number=$((number + 1))
    nsenter --target "$relay" --net node lease.cjs "$number" "$image image" < /dev/null || { cat dhcpd.log >&2; fail "no lease was given"; }
  done
  kill "$server"
  wait "$server" || true
  acks=$(grep -c '^DHCPACK on' dhcpd.log)
  times=$(sed -n 's/^  starts //p' leases | sort -u | wc -l)
  class=$(sed -n 's/^  set vendor-class-identifier = \(.*\);/\1/p' leases | tail -n 1)
  echo "$about: $acks DHCPACK, $times time$([ "$times" = 1 ] || echo s) in starts, last vendor class $class"
done > seen << 'END'
by default|
with dhcp-cache-threshold 0|dhcp-cache-threshold 0;
END
cat seen
cat > expected << 'END'
by default: 2 DHCPACK, 1 time in starts, last vendor class "old image"
with dhcp-cache-threshold 0: 2 DHCPACK, 2 times in starts, last vendor class "new image"
END
cmp -s seen expected || fail "dhcpd writes its leases at other times"
