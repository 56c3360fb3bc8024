#!/usr/bin/env bash
# dnsmasq with tftp-single-port and bind-interfaces answers no TFTP request at all: the two options work each by itself, and never together.
#
# Guess, written down before it was run: tftp-single-port changes the port that answers come from and nothing else. bind-interfaces changes which
#   sockets are opened; one that is bound to the server's address is, if anything, surer to answer from it.
# Seen: with both, no datagram leaves, for clients on the very subnet of that interface. It starts without a complaint and logs "single port mode";
#   each request then adds "failed to send packet: Network is unreachable", at most starts (strace shows why: it asks the kernel for a source
#   address that is nowhere on this machine, another one at each start). With one of the two options, and with bind-dynamic in place of
#   bind-interfaces, the same request is answered.
# Version: dnsmasq-base 2.90-4~deb12u2 (Debian 12).
# Output seen (what comes back within two seconds of one request, with the port of the server as the client sees it):
#   bind-interfaces: DATA 1 from another port
#   tftp-single-port: DATA 1 from port 69
#   tftp-single-port bind-dynamic: DATA 1 from port 69
#   tftp-single-port bind-interfaces: nothing
# Why it matters: single port is what one turns on where a firewall or an address translator stands between phones and server, and bind-interfaces
#   is in most recipes for a machine with a second network, since it leaves the other one alone. Who adds the first to the second sees
#   phones that ask for ever and a server that is "running", and looks for the fault in the firewall.
# Needs root (network namespaces), Debian 12 on amd64, ip, nsenter, node.
set -euo pipefail
here=$(realpath "$0")
if [ "${1:-}" != inside ]; then
  dir=$(mktemp -d)
  trap 'rm -rf "$dir"' EXIT
  chmod 755 "$dir"
  cd "$dir"
  apt-get download -qq dnsmasq-base=2.90-4~deb12u2 2> apt.log || { cat apt.log >&2; echo "cannot be checked: the pinned package is not to be had" >&2; exit 2; }
  for deb in ./*.deb; do dpkg -x "$deb" root; done
  unshare --net --pid --fork --kill-child --mount-proc bash "$here" inside "$dir"
  exit
fi
cd "$2"
fail() { echo "changed: $1" >&2; exit 1; }
export LD_LIBRARY_PATH="$PWD/root/usr/lib/x86_64-linux-gnu:$PWD/root/lib/x86_64-linux-gnu"
# The client is in a namespace of its own: nothing here goes over loopback.
ip link set lo up
ip link add out0 type veth peer name out1
ip addr add 192.0.2.1/24 dev out0
ip link set out0 up
unshare --net sleep 120 &
phone=$!
for _ in $(seq 50); do [ "$(readlink /proc/self/ns/net)" != "$(readlink /proc/$phone/ns/net)" ] && break; sleep 0.1; done
ip link set out1 netns "$phone"
nsenter --target "$phone" --net sh -c 'ip addr add 192.0.2.2/24 dev out1; ip link set out1 up'
mkdir -m 755 files
head -c 100 /dev/zero > files/load.bin
chmod 644 files/load.bin
cat > ask.cjs << 'END'
const socket = require('node:dgram').createSocket('udp4');
const over = (text) => { console.log(text); process.exit(); };
socket.on('message', (data, from) => {
  socket.send(Buffer.from([0, 4, data[2], data[3]]), from.port, from.address, () =>
    over(`DATA ${data.readUInt16BE(2)} from ${from.port === 69 ? 'port 69' : 'another port'}`));
});
setTimeout(over, 2000, 'nothing');
socket.bind(0, () => socket.send(Buffer.from('\0\x01load.bin\0octet\0', 'latin1'), 69, '192.0.2.1'));
END
while IFS='|' read -r options expected; do
  : > log
  # shellcheck disable=SC2086
  root/usr/sbin/dnsmasq --keep-in-foreground --conf-file=/dev/null --pid-file= --log-facility="$PWD/log" --user=root --group=root --port=0 \
    --interface=out0 --enable-tftp --tftp-root="$PWD/files" $(printf -- '--%s ' $options) &
  server=$!
  for _ in $(seq 50); do grep -q 'TFTP root' log && break; sleep 0.1; done
  seen=$(nsenter --target "$phone" --net node ask.cjs)
  kill "$server"
  wait "$server" || true
  echo "$options: $seen"
  [ "$seen" = "$expected" ] || { cat log >&2; fail "dnsmasq with $options: $seen"; }
done << 'END'
bind-interfaces|DATA 1 from another port
tftp-single-port|DATA 1 from port 69
tftp-single-port bind-dynamic|DATA 1 from port 69
tftp-single-port bind-interfaces|nothing
END
