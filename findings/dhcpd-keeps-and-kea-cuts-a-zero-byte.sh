#!/usr/bin/env bash
# A vendor class (option 60) with a zero byte at its end: dhcpd compares the zero byte, Kea cuts it off before any class sees it.
#
# Guess (what RFC 2132 leads one to expect; that it is otherwise came up when emulated phones asked both servers): option 60 is "a string of
#   n octets", no text, so both servers compare all its octets, and the zero byte has to stand in the class for both.
# Seen: only in dhcpd, for subclasses as for "match if". Kea takes the zero byte away: a test on option[60].text or .hex with the zero byte
#   matches no client, the one without it matches both kinds. Both servers start with classes that can match nobody and say nothing of them.
# Versions: isc-dhcp-server 4.4.3-P1-2, kea-dhcp4-server 2.2.0-6 (Debian 12).
# Output seen (the classes that match a client that sends the zero byte, and one that does not):
#   dhcpd, client with zero byte: subclass-with match-with
#   dhcpd, client without: subclass-without match-without
#   kea, client with zero byte: text-without hex-without
#   kea, client without: text-without hex-without
# Why it matters: Cisco's 79xx phones send this zero byte. A class copied from a list of vendor classes matches no phone in dhcpd, the same
#   class with the zero byte that mends it matches no phone in Kea, and the only sign is a phone that keeps asking its old TFTP server.
#   And in Kea neither .text nor .hex tells the clients with the zero byte from those without.
# Needs root (network namespaces), Debian 12 on amd64, ip, nsenter, node.
set -euo pipefail
here=$(realpath "$0")
if [ "${1:-}" != inside ]; then
  dir=$(mktemp -d)
  trap 'rm -rf "$dir"' EXIT
  chmod 755 "$dir"
  cd "$dir"
  apt-get download -qq isc-dhcp-server=4.4.3-P1-2 kea-dhcp4-server=2.2.0-6 kea-common=2.2.0-6 liblog4cplus-2.0.5=2.0.8-1 \
    libmariadb3=1:10.11.19-0+deb12u1 libpq5=15.20-0+deb12u1 libldap-2.5-0=2.5.13+dfsg-5 libsasl2-2=2.1.28+dfsg-10+deb12u1 \
    2> apt.log || { cat apt.log >&2; echo "cannot be checked: the pinned packages are not to be had" >&2; exit 2; }
  for deb in ./*.deb; do dpkg -x "$deb" root; done
  unshare --net --pid --fork --kill-child --mount-proc bash "$here" inside "$dir"
  exit
fi
cd "$2"
fail() { echo "changed: $1" >&2; exit 1; }
kea=(env LD_LIBRARY_PATH="$PWD/root/usr/lib/x86_64-linux-gnu" KEA_PIDFILE_DIR="$PWD" KEA_LOCKFILE_DIR=none root/usr/sbin/kea-dhcp4)
"${kea[@]}" -V > kea.log 2>&1 || { echo "cannot be checked: Kea's own libraries are not installed" >&2; exit 2; }
# Two namespaces: the servers here, and a relay agent that asks in the other one.
ip link set lo up
ip link add out0 type veth peer name out1
ip addr add 198.51.100.2/24 dev out0
ip link set out0 up
unshare --net sleep 120 &
relay=$!
for _ in $(seq 50); do [ "$(readlink /proc/self/ns/net)" != "$(readlink /proc/$relay/ns/net)" ] && break; sleep 0.1; done
ip link set out1 netns "$relay"
nsenter --target "$relay" --net sh -c 'ip addr add 198.51.100.1/24 dev out1; ip link set out1 up'
# Each class gives an option of its own, so that the offer tells which of them matched.
cat > dhcpd.conf << 'END'
authoritative;
ping-check false;
class "subclass" { match option vendor-class-identifier; }
subclass "subclass" "IP Phone CP-7940G" { option merit-dump "subclass-without"; }
subclass "subclass" "IP Phone CP-7940G\000" { option root-path "subclass-with"; }
class "without" { match if option vendor-class-identifier = "IP Phone CP-7940G"; option extensions-path "match-without"; }
class "with" { match if option vendor-class-identifier = "IP Phone CP-7940G\000"; option tftp-server-name "match-with"; }
subnet 198.51.100.0 netmask 255.255.255.0 { range 198.51.100.50 198.51.100.60; }
END
hex=$(printf 'IP Phone CP-7940G' | od -An -v -tx1 | tr -d ' \n')
cat > kea.json << END
{ "Dhcp4": {
  "interfaces-config": { "interfaces": ["out0"], "dhcp-socket-type": "udp" },
  "lease-database": { "type": "memfile", "persist": false },
  "loggers": [{ "name": "kea-dhcp4", "severity": "WARN", "output_options": [{ "output": "stdout" }] }],
  "client-classes": [
    { "name": "a", "test": "option[60].text == 'IP Phone CP-7940G'", "option-data": [{ "code": 14, "data": "text-without" }] },
    { "name": "b", "test": "option[60].hex == 0x${hex}00", "option-data": [{ "code": 17, "data": "hex-with" }] },
    { "name": "c", "test": "option[60].hex == 0x$hex", "option-data": [{ "code": 18, "data": "hex-without" }] },
    { "name": "d", "test": "option[60].text == 0x${hex}00", "option-data": [{ "code": 66, "data": "text-with" }] }
  ],
  "subnet4": [{ "id": 1, "subnet": "198.51.100.0/24", "pools": [{ "pool": "198.51.100.50 - 198.51.100.60" }] }]
} }
END
: > leases
cat > discover.cjs << 'END'
const socket = require('node:dgram').createSocket('udp4');
const number = Number(process.argv[2]);
const vendorClass = Buffer.from(process.argv[3].replace('@', '\0'), 'latin1');
const [relay, server] = ['198.51.100.1', '198.51.100.2'];
const head = Buffer.alloc(236);
head.set([1, 1, 6, 0, 0, 0, 0, number]); // BOOTREQUEST, Ethernet, transaction id
head.set(relay.split('.').map(Number), 24);
head.set([2, 0, 0, 0, 0, number], 28);
const options = [99, 130, 83, 99, 53, 1, 1, 55, 4, 14, 17, 18, 66, 60, vendorClass.length, ...vendorClass, 255];
const discover = Buffer.concat([head, Buffer.from(options)]);
const repeat = setInterval(() => socket.send(discover, 67, server), 300);
setTimeout(() => process.exit(3), 20000).unref();
socket.on('message', (offer) => {
  const given = [];
  for (let at = 240; at < offer.length && offer[at] !== 255; at += offer[at] === 0 ? 1 : 2 + offer[at + 1]) {
    if ([14, 17, 18, 66].includes(offer[at])) given.push([offer[at], offer.toString('latin1', at + 2, at + 2 + offer[at + 1])]);
  }
  console.log(given.sort(([a], [b]) => a - b).map(([, text]) => text).join(' ') || 'none');
  clearInterval(repeat);
  socket.close();
});
socket.bind(67, relay);
END
number=0
for name in dhcpd kea; do
  if [ $name = dhcpd ]; then
    root/usr/sbin/dhcpd -d -cf dhcpd.conf -lf leases -pf dhcpd.pid out0 > dhcpd.log 2>&1 &
  else
    "${kea[@]}" -c kea.json > kea.log 2>&1 &
  fi
  server=$!
  for client in 'with zero byte:IP Phone CP-7940G@' 'without:IP Phone CP-7940G'; do
    number=$((number + 1))
    classes=$(nsenter --target "$relay" --net node discover.cjs "$number" "${client#*:}") || { cat "$name.log" >&2; fail "no offer came from $name"; }
    echo "$name, client ${client%%:*}: $classes"
  done
  kill "$server"
  wait "$server" || true
done > seen
cat seen
cat > expected << 'END'
dhcpd, client with zero byte: subclass-with match-with
dhcpd, client without: subclass-without match-without
kea, client with zero byte: text-without hex-without
kea, client without: text-without hex-without
END
cmp -s seen expected || fail "dhcpd or Kea treats a zero byte at the end of option 60 in another way"
