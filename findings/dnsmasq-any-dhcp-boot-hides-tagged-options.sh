#!/usr/bin/env bash
# Any dhcp-boot of dnsmasq, even one that names a boot file alone, hides the boot server that a tag gives to some clients by dhcp-option.
#
# Guess (as it stood in a description of such lines): only a dhcp-boot that names an address wins over the option server-ip-address; one that
#   names a boot file alone leaves siaddr to the option, all the more as the option has a tag that matches and the dhcp-boot has none.
# Seen: every dhcp-boot wins. If it names a file alone, siaddr is dnsmasq's own address. For a client that does not list option 66 the text
#   that would have been in sname (see dnsmasq-moves-option-66-to-sname.sh) is gone, too. A dhcp-boot with the tag wins over the one without,
#   and brings siaddr back.
# Version: dnsmasq 2.90-4~deb12u2 (Debian 12).
# Output seen (the client lists options 1,3,6; its tag gives new.example in 66 and 192.0.2.2 in server-ip-address):
#   no dhcp-boot: siaddr 192.0.2.2, sname "new.example", option 66 none
#   dhcp-boot=boot.bin: siaddr 198.51.100.2, sname "", option 66 none
#   dhcp-boot=boot.bin,old.example,192.0.2.1: siaddr 192.0.2.1, sname "old.example", option 66 none
#   the same and dhcp-boot=tag:phone,boot.bin,,192.0.2.2: siaddr 192.0.2.2, sname "", option 66 none
# Why it matters: "dhcp-boot=pxelinux.0" for computers stands in many configurations. Beside it the usual lines for one kind of phone are
#   accepted and do nothing for a phone that reads siaddr or sname: it asks the machine of dnsmasq for its files.
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
const options = [99, 130, 83, 99, 53, 1, 1, 60, 5, ...Buffer.from('phone'), 55, asked.length, ...asked, 255];
const discover = Buffer.concat([head, Buffer.from(options)]);
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
while IFS='|' read -r about lines; do
  number=$((number + 1))
  # shellcheck disable=SC2086
  root/usr/sbin/dnsmasq --keep-in-foreground --conf-file=/dev/null --pid-file= --log-facility="$PWD/dnsmasq.log" --user=root --group=root \
    --port=0 --interface=out0 --bind-interfaces --no-ping --dhcp-leasefile="$PWD/leases" --dhcp-range=198.51.100.50,198.51.100.60 \
    --dhcp-vendorclass=set:phone,phone --dhcp-option=tag:phone,66,new.example --dhcp-option=tag:phone,option:server-ip-address,192.0.2.2 $lines &
  server=$!
  offer=$(nsenter --target "$relay" --net node discover.cjs "$number" 1 3 6 < /dev/null) || fail "no offer came with $about"
  echo "$about: $offer"
  kill "$server"
  wait "$server" || true
done > seen << 'END'
no dhcp-boot|
dhcp-boot=boot.bin|--dhcp-boot=boot.bin
dhcp-boot=boot.bin,old.example,192.0.2.1|--dhcp-boot=boot.bin,old.example,192.0.2.1
the same and dhcp-boot=tag:phone,boot.bin,,192.0.2.2|--dhcp-boot=boot.bin,old.example,192.0.2.1 --dhcp-boot=tag:phone,boot.bin,,192.0.2.2
END
cat seen
cat > expected << 'END'
no dhcp-boot: siaddr 192.0.2.2, sname "new.example", option 66 none
dhcp-boot=boot.bin: siaddr 198.51.100.2, sname "", option 66 none
dhcp-boot=boot.bin,old.example,192.0.2.1: siaddr 192.0.2.1, sname "old.example", option 66 none
the same and dhcp-boot=tag:phone,boot.bin,,192.0.2.2: siaddr 192.0.2.2, sname "", option 66 none
END
cmp -s seen expected || fail "dnsmasq lets another line win for the boot server"
