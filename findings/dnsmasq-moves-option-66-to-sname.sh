#!/usr/bin/env bash
# With dhcp-option=66 in dnsmasq's configuration there may be no option 66 on the wire: its text moves to the header field sname.
#
# Guess, written down before it was run: a client that does not list 66 among the options it wants gets nothing of it, and one that does
#   gets the text as configured.
# Seen: a client that does not list it gets the text in the fixed field sname of the DHCP header, where no search for options finds it. A
#   client that lists it gets option 66 with a zero byte behind the text, counted in its length, and an empty sname. dhcp-option-force=66
#   sends the option to both, also with the zero byte. In all cases siaddr names dnsmasq's own address, though no boot server is configured.
# Version: dnsmasq 2.90-4~deb12u2 (Debian 12).
# Output seen (the client lists options 1,3,6 or 1,3,6,66):
#   dhcp-option, not listed: siaddr 198.51.100.2, sname "tftp.example", option 66 none
#   dhcp-option, listed: siaddr 198.51.100.2, sname "", option 66 "tftp.example\u0000"
#   dhcp-option-force, not listed: siaddr 198.51.100.2, sname "", option 66 "tftp.example\u0000"
#   dhcp-option-force, listed: siaddr 198.51.100.2, sname "", option 66 "tftp.example\u0000"
# Why it matters: a phone is pointed to its TFTP server by 150, 66 or siaddr. Someone who searches a capture for option 66, or builds an
#   emulated phone that looks only there, concludes that the line in the configuration does nothing; and a reader of option 66 has to cut
#   the zero byte or it looks up a name that does not exist. A configured 66 does not stop siaddr from naming another server.
# Needs root (network namespaces), Debian 12 on amd64, ip, nsenter, node.
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
# Two namespaces: dnsmasq here, and a relay agent that asks in the other one.
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
const [, , number, ...asked] = process.argv.map((word, place) => (place > 1 ? Number(word) : word));
const [relay, server] = ['198.51.100.1', '198.51.100.2'];
const head = Buffer.alloc(236);
head.set([1, 1, 6, 0, 0, 0, 0, number]); // BOOTREQUEST, Ethernet, transaction id
head.set(relay.split('.').map(Number), 24);
head.set([2, 0, 0, 0, 0, number], 28);
const discover = Buffer.concat([head, Buffer.from([99, 130, 83, 99, 53, 1, 1, 55, asked.length, ...asked, 255])]);
const repeat = setInterval(() => socket.send(discover, 67, server), 300);
setTimeout(() => process.exit(3), 10000).unref();
socket.on('message', (offer) => {
  let option = 'none';
  for (let at = 240; at < offer.length && offer[at] !== 255; at += offer[at] === 0 ? 1 : 2 + offer[at + 1]) {
    if (offer[at] === 66) option = JSON.stringify(offer.toString('latin1', at + 2, at + 2 + offer[at + 1]));
  }
  const sname = JSON.stringify(offer.toString('latin1', 44, 108).replace(/\0+$/, ''));
  console.log(`siaddr ${offer.subarray(20, 24).join('.')}, sname ${sname}, option 66 ${option}`);
  clearInterval(repeat);
  socket.close();
});
socket.bind(67, relay);
END
number=0
for line in dhcp-option dhcp-option-force; do
  root/usr/sbin/dnsmasq --keep-in-foreground --conf-file=/dev/null --pid-file= --log-facility="$PWD/dnsmasq.log" --user=root --group=root \
    --port=0 --interface=out0 --bind-interfaces --no-ping --dhcp-leasefile="$PWD/leases" --dhcp-range=198.51.100.50,198.51.100.60 \
    "--$line=66,tftp.example" &
  server=$!
  for wish in 'not listed:1 3 6' 'listed:1 3 6 66'; do
    number=$((number + 1))
    # shellcheck disable=SC2086
    offer=$(nsenter --target "$relay" --net node discover.cjs "$number" ${wish#*:}) || fail "no offer came with $line"
    echo "$line, ${wish%%:*}: $offer"
  done
  kill "$server"
  wait "$server" || true
done > seen
cat seen
cat > expected << 'END'
dhcp-option, not listed: siaddr 198.51.100.2, sname "tftp.example", option 66 none
dhcp-option, listed: siaddr 198.51.100.2, sname "", option 66 "tftp.example\u0000"
dhcp-option-force, not listed: siaddr 198.51.100.2, sname "", option 66 "tftp.example\u0000"
dhcp-option-force, listed: siaddr 198.51.100.2, sname "", option 66 "tftp.example\u0000"
END
cmp -s seen expected || fail "dnsmasq puts the text of option 66 in other places"
