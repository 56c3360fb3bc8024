#!/usr/bin/env bash
# A new dnat rule moves no TFTP client that asks again from a port of before: its questions go to the old server for 30 s, or for two minutes.
#
# Guess, written down before this was run (an attack on a redirect of ours had shown before that a phone's question goes astray):
#   Each TFTP request is a first packet, so a rule that redirects port 69 holds from the next request on. What the kernel keeps of a flow is 30 s old
#   at most, and a client that repeats its question every few seconds gets through when these are over.
# Seen: where nothing else tracks connections, the first request after the rule is redirected. Where a single rule of a firewall does (`ct state`, as
#   ufw, firewalld and docker have it), a port that has asked once goes on to the old server for 30 s, and every repeat begins the 30 s anew. A port
#   from which it was answered for longer than two seconds counts as a stream: it is still the old server's after 40 s of silence. So a client that
#   counts its ports from the same number at each start is answered by two servers in one boot, by the port of each question.
# Versions: nftables 1.0.6-2+deb12u2 (Debian 12) on Linux 6.18.44; it is the kernel that does it (nf_conntrack_udp_timeout, 30 s, and
#   nf_conntrack_udp_timeout_stream, 120 s). The rule is `udp dport 69 dnat to :6969`; the client asks from a port that it is told.
# Output seen:
#   untracked: before old, after the rule new
#   tracked, asked once before: old; 1 s after the rule old; after 40 s of silence new
#   tracked, asked every 5 s: old, old, old, old, old, old, old, old, old; after 40 s of silence old
# Why it matters: who redirects some clients of a TFTP server has to drop what still goes to port 69 (in the input hook, behind the rewriting), or to
#   forget the flows (`conntrack -D`): a rule alone leaves some of their questions where they went before, and silence about these proves nothing.
# Needs root (network namespaces, NAT), Debian 12 on amd64, ip, nsenter, node. Takes two minutes.
set -euo pipefail
here=$(realpath "$0")
if [ "${1:-}" != inside ]; then
  [ "$(id -u)" = 0 ] || { echo "cannot be checked: needs root" >&2; exit 2; }
  dir=$(mktemp -d)
  trap 'rm -rf "$dir"' EXIT
  chmod 755 "$dir"
  cd "$dir"
  apt-get download -qq nftables=1.0.6-2+deb12u2 libnftables1=1.0.6-2+deb12u2 libnftnl11=1.2.4-2 libmnl0=1.0.4-3 libxtables12=1.8.9-2 \
    libjansson4=2.14-2 libedit2=3.1-20221030-2 \
    2> apt.log || { cat apt.log >&2; echo "cannot be checked: the pinned packages are not to be had" >&2; exit 2; }
  for deb in ./*.deb; do dpkg -x "$deb" root; done
  unshare --net --pid --fork --kill-child --mount-proc bash "$here" inside "$dir"
  exit
fi
cd "$2"
fail() { echo "changed: $1" >&2; exit 1; }
root=$PWD/root
export LD_LIBRARY_PATH="$root/usr/lib/x86_64-linux-gnu:$root/lib/x86_64-linux-gnu"
nft=$root/usr/sbin/nft
"$nft" 'table ip try { chain pre { type nat hook prerouting priority dstnat; udp dport 69 dnat to :6969; }; chain in { type filter hook input priority 0; ct state established accept; }; }' 2> nft.log \
  && "$nft" delete table ip try || { cat nft.log >&2; echo "cannot be checked: this kernel has no NAT" >&2; exit 2; }
ip link set lo up
ip link add out0 type veth peer name out1
ip addr add 198.51.100.1/24 dev out0
ip link set out0 up
unshare --net sleep 300 &
client=$!
for _ in $(seq 50); do [ "$(readlink /proc/self/ns/net)" != "$(readlink /proc/$client/ns/net)" ] && break; sleep 0.1; done
ip link set out1 netns "$client"
nsenter --target "$client" --net sh -c 'ip addr add 198.51.100.50/24 dev out1; ip link set out1 up'
# Two servers that say who they are; the error ends the exchange as "file not found" does.
cat > servers.cjs << 'END'
for (const [port, name] of [[69, 'old'], [6969, 'new']]) {
  const socket = require('node:dgram').createSocket('udp4');
  socket.on('message', (_, from) => socket.send(Buffer.from(`\0\x05\0\x01${name}\0`, 'latin1'), from.port, from.address));
  socket.bind(port);
}
END
cat > ask.cjs << 'END'
const socket = require('node:dgram').createSocket('udp4');
const end = (text) => { console.log(text); process.exit(); };
setTimeout(() => end('nobody'), 2000);
socket.on('message', (data) => end(data.subarray(4, -1).toString()));
socket.bind(Number(process.argv[2]), () => socket.send(Buffer.from('\0\x01some.loads\0octet\0', 'latin1'), 69, '198.51.100.1'));
END
node servers.cjs &
ask() { nsenter --target "$client" --net node ask.cjs "$1"; }
for _ in $(seq 50); do [ "$(ask 40000)" = old ] && break; sleep 0.2; done
rule() { "$nft" 'table ip moved { chain pre { type nat hook prerouting priority dstnat; udp dport 69 dnat to :6969; }; }'; }
{
  before=$(ask 50001)
  rule
  echo "untracked: before $before, after the rule $(ask 50001)"
  "$nft" delete table ip moved
  "$nft" 'table inet firewall { chain in { type filter hook input priority 0; ct state established,related accept; }; }'
  before=$(ask 50002)
  said=$(ask 50003)
  rule
  sleep 1
  after=$(ask 50002)
  for _ in $(seq 8); do said="$said, $(ask 50003)"; sleep 5; done
  echo "tracked, asked once before: $before; 1 s after the rule $after; after 40 s of silence $(ask 50002)"
  sleep 40
  echo "tracked, asked every 5 s: $said; after 40 s of silence $(ask 50003)"
} > seen
cat seen
cat > expected << 'END'
untracked: before old, after the rule new
tracked, asked once before: old; 1 s after the rule old; after 40 s of silence new
tracked, asked every 5 s: old, old, old, old, old, old, old, old, old; after 40 s of silence old
END
cmp -s seen expected || fail "where a question from a port of before goes"
