#!/usr/bin/env bash
# Where a class and a subnet of Kea both name a boot server, option 66 comes from the subnet and next-server from the class.
#
# Guess (what one expects of a server with an order of scopes; that it is otherwise came up when lines for several servers were tried): the
#   class that a client was put in wins over the subnet and the pool it is in, a reservation of the client wins over all, and one order
#   holds for options and header fields alike.
# Seen: so it is in dhcpd. In Kea subnet and pool win over the class in options, and the class wins over the subnet in next-server: the
#   offer names both boot servers. (A pool of Kea has no next-server, so the fifth line says nothing about that.)
# Versions: isc-dhcp-server 4.4.3-P1-2, kea-dhcp4-server 2.2.0-6 (Debian 12).
# Output seen:
#   dhcpd, class and subnet: option 66 of the class, next-server of the class
#   dhcpd, class and pool: option 66 of the class, next-server of the class
#   dhcpd, class and host: option 66 of the host, next-server of the host
#   kea, class and subnet: option 66 of the subnet, next-server of the class
#   kea, class and pool: option 66 of the pool, next-server of the class
#   kea, class and host: option 66 of the host, next-server of the host
# Why it matters: a class is the usual way to send some phones to another TFTP server. Added to a Kea whose subnet has an option 66, it
#   sends the phones that read option 66 to the old server and those that read only next-server to the new one. A configuration that is
#   carried over from dhcpd changes its meaning. A reservation moves both.
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
cat > discover.cjs << 'END'
const socket = require('node:dgram').createSocket('udp4');
const vendorClass = Buffer.from('phone', 'latin1');
const [relay, server] = ['198.51.100.1', '198.51.100.2'];
const head = Buffer.alloc(236);
head.set([1, 1, 6, 0, 0, 0, 0, Number(process.argv[2])]); // BOOTREQUEST, Ethernet, transaction id
head.set(relay.split('.').map(Number), 24);
head.set([2, 0, 0, 0, 0, 1], 28);
const options = [99, 130, 83, 99, 53, 1, 1, 55, 2, 3, 66, 60, vendorClass.length, ...vendorClass, 255];
const discover = Buffer.concat([head, Buffer.from(options)]);
const repeat = setInterval(() => socket.send(discover, 67, server), 300);
setTimeout(() => process.exit(3), 20000).unref();
const whose = (address) => ({ '192.0.2.1': 'the class', '192.0.2.2': `the ${process.argv[3]}` })[address] ?? address;
socket.on('message', (offer) => {
  let option = 'nobody';
  for (let at = 240; at < offer.length && offer[at] !== 255; at += offer[at] === 0 ? 1 : 2 + offer[at + 1]) {
    if (offer[at] === 66) option = offer.toString('latin1', at + 2, at + 2 + offer[at + 1]);
  }
  console.log(`option 66 of ${whose(option)}, next-server of ${whose(offer.subarray(20, 24).join('.'))}`);
  clearInterval(repeat);
  socket.close();
});
socket.bind(67, relay);
END
dhcpd_conf() {
  local subnet='' pool='' host=''
  printf -v "$1" %s 'option tftp-server-name "192.0.2.2"; next-server 192.0.2.2;'
  cat << END
authoritative;
ping-check false;
class "phones" { match if option vendor-class-identifier = "phone"; option tftp-server-name "192.0.2.1"; next-server 192.0.2.1; }
host one { hardware ethernet 02:00:00:00:00:01; $host }
subnet 198.51.100.0 netmask 255.255.255.0 { $subnet pool { range 198.51.100.50 198.51.100.60; $pool } }
END
}
kea_conf() {
  local subnet='' pool='' host='' header=', "next-server": "192.0.2.2"'
  [ "$1" != pool ] || header='' # Kea's pools have none.
  printf -v "$1" %s ', "option-data": [{ "name": "tftp-server-name", "data": "192.0.2.2" }]' "$header"
  cat << END
{ "Dhcp4": {
  "interfaces-config": { "interfaces": ["out0"], "dhcp-socket-type": "udp" },
  "lease-database": { "type": "memfile", "persist": false },
  "loggers": [{ "name": "kea-dhcp4", "severity": "WARN", "output_options": [{ "output": "stdout" }] }],
  "client-classes": [{ "name": "phones", "test": "option[60].text == 'phone'", "next-server": "192.0.2.1",
    "option-data": [{ "name": "tftp-server-name", "data": "192.0.2.1" }] }],
  "subnet4": [{ "id": 1, "subnet": "198.51.100.0/24",
    "pools": [{ "pool": "198.51.100.50 - 198.51.100.60" $pool }],
    "reservations": [{ "hw-address": "02:00:00:00:00:01", "hostname": "one" $host }] $subnet }]
} }
END
}
number=0
# Each time the class names 192.0.2.1 in both places, and one other scope 192.0.2.2.
for name in dhcpd kea; do
  for other in subnet pool host; do
    "${name}_conf" $other > "$name.conf"
    : > leases
    if [ $name = dhcpd ]; then
      root/usr/sbin/dhcpd -d -cf dhcpd.conf -lf leases -pf dhcpd.pid out0 > dhcpd.log 2>&1 &
    else
      "${kea[@]}" -c kea.conf > kea.log 2>&1 &
    fi
    server=$!
    number=$((number + 1))
    offer=$(nsenter --target "$relay" --net node discover.cjs "$number" "$other") || { cat "$name.log" >&2; fail "no offer came from $name"; }
    echo "$name, class and $other: $offer"
    kill "$server"
    wait "$server" || true
  done
done > seen
cat seen
cat > expected << 'END'
dhcpd, class and subnet: option 66 of the class, next-server of the class
dhcpd, class and pool: option 66 of the class, next-server of the class
dhcpd, class and host: option 66 of the host, next-server of the host
kea, class and subnet: option 66 of the subnet, next-server of the class
kea, class and pool: option 66 of the pool, next-server of the class
kea, class and host: option 66 of the host, next-server of the host
END
cmp -s seen expected || fail "dhcpd or Kea lets another scope win"
