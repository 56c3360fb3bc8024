#!/usr/bin/env bash
# tcpdump -i any: the byte filter that finds a sender by its MAC matches in the older cooked form, and silently nothing in the form that is the default now.
#
# Guess, written down before it was run: `ether src MAC` works on the pseudo device "any" as on a network card, since the cooked header holds the sender's
#   address; and where it does not, ether[6:4] is refused in the same way.
# Seen: `ether src` is refused for both cooked forms. ether[6:4] is accepted for both: it counts bytes of the cooked header. In the form of old (LINUX_SLL)
#   the sender's address happens to begin at 6, as in Ethernet, so the filter works. In LINUX_SLL2, which tcpdump 4.99 writes when nothing is said, it
#   begins at 12: the same words match no packet, and say nothing; ether[12:4] is what finds it there.
# Version: tcpdump 4.99.3-1 with libpcap0.8 1.10.3-1 (Debian 12).
# Output seen (packets of one sender that each filter shows, of 3 that were sent; live on "any", then read from the recorded file):
#   network card: ether src 3, ether[6:4] 3, ether[12:4] 0
#   any, as it is without -y (LINUX_SLL2): ether src refused, ether[6:4] 0, ether[12:4] 3
#   any, -y LINUX_SLL: ether src refused, ether[6:4] 3, ether[12:4] 0
# Why it matters: "record what this one phone says" is asked by MAC, on a machine with several networks by -i any. A recipe that worked for years records
#   an empty file since 4.99, and the phone is thought to be silent.
# Needs root (network namespaces), Debian 12 on amd64, ip, nsenter, node.
set -euo pipefail
here=$(realpath "$0")
if [ "${1:-}" != inside ]; then
  dir=$(mktemp -d)
  trap 'rm -rf "$dir"' EXIT
  chmod 755 "$dir"
  cd "$dir"
  apt-get download -qq tcpdump=4.99.3-1 libpcap0.8=1.10.3-1 2> apt.log || { cat apt.log >&2; echo "cannot be checked: the pinned packages are not to be had" >&2; exit 2; }
  for deb in ./*.deb; do dpkg -x "$deb" root; done
  unshare --net --pid --fork --kill-child --mount-proc bash "$here" inside "$dir"
  exit
fi
cd "$2"
export LD_LIBRARY_PATH=$PWD/root/usr/lib/x86_64-linux-gnu
tcpdump=root/usr/bin/tcpdump
ip link set lo up
ip link add in0 type veth peer name phone0
ip addr add 198.51.100.1/24 dev in0
ip link set in0 up
unshare --net sleep 120 &
phone=$!
for _ in $(seq 50); do [ "$(readlink /proc/self/ns/net)" != "$(readlink /proc/$phone/ns/net)" ] && break; sleep 0.1; done
ip link set phone0 netns "$phone"
nsenter --target "$phone" --net sh -c 'ip link set phone0 address 00:18:b9:00:00:01; ip addr add 198.51.100.2/24 dev phone0; ip link set phone0 up'
cat > say.cjs << 'END'
const socket = require('node:dgram').createSocket('udp4');
let left = 3;
const next = () => (left-- > 0 ? socket.send('RRQ', 6969, '198.51.100.1', () => setTimeout(next, 100)) : socket.close());
next();
END
mac=0x0018b900
# Live, and then the same filter on what was recorded without one: both have to agree.
try() {
  local words=$1 live=0 read=0
  shift
  if ! $tcpdump "$@" -d "$words" > /dev/null 2> refused; then
    grep -q 'addresses supported only on' refused && echo refused || cat refused
    return
  fi
  $tcpdump "$@" -U -w live.pcap "$words and udp port 6969" 2> live.log &
  local one=$!
  $tcpdump "$@" -U -w all.pcap 'udp port 6969' 2> all.log &
  local two=$!
  for _ in $(seq 50); do grep -q 'listening on' live.log && grep -q 'listening on' all.log && break; sleep 0.1; done
  nsenter --target "$phone" --net node say.cjs
  sleep 1
  kill -INT "$one" "$two"
  wait "$one" "$two" || true
  live=$($tcpdump -r live.pcap 2> /dev/null | wc -l)
  read=$($tcpdump -r all.pcap "$words" 2> /dev/null | wc -l)
  [ "$live" = "$read" ] && echo "$live" || echo "$live live and $read read"
}
row() {
  local about=$1
  shift
  echo "$about: ether src $(try 'ether src 00:18:b9:00:00:01' "$@"), ether[6:4] $(try "ether[6:4] = $mac" "$@"), ether[12:4] $(try "ether[12:4] = $mac" "$@")"
}
{
  row 'network card' -i in0
  row 'any, as it is without -y (LINUX_SLL2)' -i any
  row 'any, -y LINUX_SLL' -i any -y LINUX_SLL
} > seen
cat seen
cat > expected << 'END'
network card: ether src 3, ether[6:4] 3, ether[12:4] 0
any, as it is without -y (LINUX_SLL2): ether src refused, ether[6:4] 0, ether[12:4] 3
any, -y LINUX_SLL: ether src refused, ether[6:4] 3, ether[12:4] 0
END
cmp -s seen expected || { echo 'changed: tcpdump finds a MAC on "any" in another way' >&2; exit 1; }
