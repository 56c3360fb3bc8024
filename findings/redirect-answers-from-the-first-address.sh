#!/usr/bin/env bash
# `redirect` of nftables and REDIRECT of iptables change the address too: a server behind them is asked at the interface's FIRST address.
#
# Guess, written down before this was run, of what the word says (a trial with bare sockets had shown before that the address changes):
#   redirect changes the port alone. A request to the second address of an interface reaches the server on the other port with that address
#   still in it, the answer comes from that address, and every client takes the file.
# Seen: both redirects put the interface's first address in place of the one that was asked. A server on every address sees 198.51.100.1 as its
#   own and answers from there; the four clients take that. A server bound to the second address alone is never asked. `dnat to :PORT`, and
#   iptables' DNAT with a port alone, keep the address. The manual page of iptables tells of the interface's primary address; that of
#   nft says "the local host's one", and that redirect is handy if one only wants to alter the port.
# Versions: nftables 1.0.6-2+deb12u2, iptables 1.8.9-2 (its nft variant), tftpd-hpa 5.2+20150808-1.4; curl 7.88.1-10+deb12u15,
#   tftp-hpa 5.2+20150808-1.4, atftp 0.8.0-3, busybox 1.35.0-4+deb12u1 (Debian 12) on Linux 6.18.44. It is the kernel that does it.
# Output seen (asked for a file at 198.51.100.9; "alone" is a second server, bound to that address only):
#   nft redirect: from 198.51.100.1, curl has the file, tftp-hpa has the file, atftp has the file, busybox has the file, alone: nobody
#   nft dnat: from 198.51.100.9, curl has the file, tftp-hpa has the file, atftp has the file, busybox has the file, alone: 198.51.100.9
#   iptables REDIRECT: from 198.51.100.1, curl has the file, tftp-hpa has the file, atftp has the file, busybox has the file, alone: nobody
#   iptables DNAT: from 198.51.100.9, curl has the file, tftp-hpa has the file, atftp has the file, busybox has the file, alone: 198.51.100.9
# Why it matters: a redirect is how a TFTP server without root gets port 69. A try with any of these clients on the first address is green. But a
#   server that is given a second address of its own hears nothing, and one that tells by the address asked whom it is talking to takes every
#   client for one of the first address. A client that takes packets only from the address it asked would drop the answers.
# Needs root (network namespaces, NAT), Debian 12 on amd64, ip, ss, nsenter, node.
set -euo pipefail
here=$(realpath "$0")
if [ "${1:-}" != inside ]; then
  [ "$(id -u)" = 0 ] || { echo "cannot be checked: needs root" >&2; exit 2; }
  dir=$(mktemp -d)
  trap 'rm -rf "$dir"' EXIT
  chmod 755 "$dir"
  cd "$dir"
  apt-get download -qq nftables=1.0.6-2+deb12u2 libnftables1=1.0.6-2+deb12u2 libnftnl11=1.2.4-2 libmnl0=1.0.4-3 libxtables12=1.8.9-2 \
    libip4tc2=1.8.9-2 libip6tc2=1.8.9-2 iptables=1.8.9-2 libjansson4=2.14-2 libedit2=3.1-20221030-2 libnetfilter-conntrack3=1.0.9-3 \
    libnfnetlink0=1.0.2-2 tftpd-hpa=5.2+20150808-1.4 tftp-hpa=5.2+20150808-1.4 libwrap0=7.6.q-32 atftp=0.8.0-3 busybox=1:1.35.0-4+deb12u1+b1 \
    curl=7.88.1-10+deb12u15 libcurl4=7.88.1-10+deb12u15 \
    2> apt.log || { cat apt.log >&2; echo "cannot be checked: the pinned packages are not to be had" >&2; exit 2; }
  for deb in ./*.deb; do dpkg -x "$deb" root; done
  unshare --net --pid --fork --kill-child --mount-proc bash "$here" inside "$dir"
  exit
fi
cd "$2"
fail() { echo "changed: $1" >&2; exit 1; }
root=$PWD/root
export LD_LIBRARY_PATH="$root/usr/lib/x86_64-linux-gnu:$root/lib/x86_64-linux-gnu" XTABLES_LIBDIR="$root/usr/lib/x86_64-linux-gnu/xtables"
nft=$root/usr/sbin/nft
iptables=$root/usr/sbin/iptables-nft
for client in curl tftp atftp; do
  "$root/usr/bin/$client" -V > version.log 2>&1 || { echo "cannot be checked: the libraries of $client are not installed" >&2; exit 2; }
done
"$nft" add table ip try && "$nft" add chain ip try pre '{ type nat hook prerouting priority dstnat; }' \
  && "$nft" add rule ip try pre udp dport 69 redirect to :6969 && "$nft" delete table ip try && "$iptables" -t nat -L > iptables.log 2>&1 \
  || { echo "cannot be checked: this kernel has no NAT" >&2; exit 2; }
# Two namespaces: the server here with two addresses on one interface, the clients in the other one.
ip link set lo up
ip link add out0 type veth peer name out1
ip addr add 198.51.100.1/24 dev out0
ip addr add 198.51.100.9/24 dev out0
ip link set out0 up
unshare --net sleep 300 &
clients=$!
for _ in $(seq 50); do [ "$(readlink /proc/self/ns/net)" != "$(readlink /proc/$clients/ns/net)" ] && break; sleep 0.1; done
ip link set out1 netns "$clients"
nsenter --target "$clients" --net sh -c 'ip addr add 198.51.100.50/24 dev out1; ip link set out1 up'
mkdir -m 755 files
echo "a file" > files/some.loads
chmod 644 files/some.loads
"$root/usr/sbin/in.tftpd" -L -4 -a :6969 -s "$PWD/files" &
"$root/usr/sbin/in.tftpd" -L -4 -a 198.51.100.9:6970 -s "$PWD/files" &
listening() { [ "$(ss -Huln 'sport = :6969 or sport = :6970' | wc -l)" = 2 ]; }
for _ in $(seq 100); do listening && break; sleep 0.1; done
listening || { echo "cannot be checked: a server did not start" >&2; exit 2; }
# Who answers a request to the second address: any sender is taken here.
cat > sender.cjs << 'END'
const socket = require('node:dgram').createSocket('udp4');
const request = Buffer.from('\0\x01some.loads\0octet\0', 'latin1');
const repeat = setInterval(() => socket.send(request, Number(process.argv[2]), '198.51.100.9'), 300);
setTimeout(() => { console.log('nobody'); process.exit(); }, 6000).unref();
socket.on('message', (data, from) => {
  socket.send(Buffer.from([0, 4, 0, 1]), from.port, from.address, () => socket.close());
  clearInterval(repeat);
  socket.removeAllListeners('message');
  console.log(from.address);
});
END
there() { timeout 8 nsenter --target "$clients" --net "$@" > client.log 2>&1 || true; }
got() { if cmp -s got files/some.loads; then echo "$1 has the file"; else echo "$1 has not"; fi; rm -f got; }
try() {
  {
    echo "from $(nsenter --target "$clients" --net node sender.cjs 69)"
    there "$root/usr/bin/curl" -q -s -o got tftp://198.51.100.9/some.loads; got curl
    there "$root/usr/bin/tftp" -m binary 198.51.100.9 -c get some.loads got; got tftp-hpa
    there "$root/usr/bin/atftp" --get -r some.loads -l got 198.51.100.9; got atftp
    there "$root/bin/busybox" tftp -g -r some.loads -l got 198.51.100.9; got busybox
    echo "alone: $(nsenter --target "$clients" --net node sender.cjs 70)"
  } | paste -sd, | sed "s/^/$1: /; s/,/, /g"
}
in_nft() {
  "$nft" "table ip try { chain pre { type nat hook prerouting priority dstnat; udp dport 69 $1 to :6969; udp dport 70 $1 to :6970; }; }"
  try "nft $1"
  "$nft" delete table ip try
}
{
  in_nft redirect
  in_nft dnat
  "$iptables" -t nat -A PREROUTING -p udp --dport 69 -j REDIRECT --to-ports 6969
  "$iptables" -t nat -A PREROUTING -p udp --dport 70 -j REDIRECT --to-ports 6970
  try "iptables REDIRECT"
  "$iptables" -t nat -F
  "$iptables" -t nat -A PREROUTING -p udp --dport 69 -j DNAT --to-destination :6969
  "$iptables" -t nat -A PREROUTING -p udp --dport 70 -j DNAT --to-destination :6970
  try "iptables DNAT"
} > seen
cat seen
files="curl has the file, tftp-hpa has the file, atftp has the file, busybox has the file"
cat > expected << END
nft redirect: from 198.51.100.1, $files, alone: nobody
nft dnat: from 198.51.100.9, $files, alone: 198.51.100.9
iptables REDIRECT: from 198.51.100.1, $files, alone: nobody
iptables DNAT: from 198.51.100.9, $files, alone: 198.51.100.9
END
cmp -s seen expected || fail "which address a redirected server is asked at"
