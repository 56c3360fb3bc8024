#!/usr/bin/env bash
# tcpdump "udp port 69" records phones in a tagged VLAN, and the same filter, applied to the file that it wrote, does not find them there.
#
# Guess, written down before it was run: a tag moves all that follows by four bytes, so "udp port 69" finds no tagged frame, neither live nor in a file;
#   who wants them writes "vlan and udp port 69".
# Seen: live on Linux it finds them. The kernel takes the tag off before the filter runs, and libpcap puts it back into what is written: so a file
#   holds frames that its own filter does not match. "udp port 69 or (vlan and udp port 69)" finds both in both. The other way round, with "vlan"
#   first, the untagged ones are missed live and in the file: after the word vlan all of the rest is looked for behind a tag.
# Version: tcpdump 4.99.3-1 with libpcap0.8 1.10.3-1 (Debian 12), Linux 6.18.
# Output seen (3 tagged and 2 untagged requests; how many are recorded, and how many of all 5 the same words find in a file):
#   udp port 69: live 5, in a file 2
#   vlan and udp port 69: live 3, in a file 3
#   udp port 69 or (vlan and udp port 69): live 5, in a file 5
#   (vlan and udp port 69) or udp port 69: live 3, in a file 3
# Why it matters: phones hang in a tagged voice VLAN, and a mirror port or a trunk shows them with their tag. A capture that was checked while it ran
#   "is empty" for whoever filters it later, and a filter that was tried at a file loses nothing live; each of the two is taken for proof
#   of what a phone has not asked.
# Needs root (a network namespace), Debian 12 on amd64, ip, python3.
set -euo pipefail
here=$(realpath "$0")
if [ "${1:-}" != inside ]; then
  dir=$(mktemp -d)
  trap 'rm -rf "$dir"' EXIT
  chmod 755 "$dir"
  cd "$dir"
  apt-get download -qq tcpdump=4.99.3-1 libpcap0.8=1.10.3-1 2> apt.log || { cat apt.log >&2; echo "cannot be checked: the pinned packages are not to be had" >&2; exit 2; }
  for deb in ./*.deb; do dpkg -x "$deb" root; done
  unshare --net --pid --fork --kill-child bash "$here" inside "$dir"
  exit
fi
cd "$2"
fail() { echo "changed: $1" >&2; exit 1; }
export LD_LIBRARY_PATH="$PWD/root/usr/lib/x86_64-linux-gnu"
tcpdump=root/usr/bin/tcpdump
ip link add in0 type veth peer name phone0
ip link set in0 up
ip link set phone0 up
cat > say.py << 'END'
# Three requests in VLAN 20, two without a tag.
import socket, struct

def request(number):
    asked = b'\0\x01OS79XX.TXT\0octet\0'
    udp = struct.pack('!HHHH', 50000 + number, 69, 8 + len(asked), 0) + asked
    return struct.pack('!BBHHHBBH', 0x45, 0, 20 + len(udp), number, 0, 64, 17, 0) + bytes([192, 0, 2, 2, 192, 0, 2, 1]) + udp

link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
link.bind(('phone0', 0))
for number in range(5):
    tag = b'\x81\x00' + struct.pack('!H', 20) if number < 3 else b''
    link.send(bytes.fromhex('0200000000010200000000ff') + tag + b'\x08\x00' + request(number))
END
words=('udp port 69' 'vlan and udp port 69' 'udp port 69 or (vlan and udp port 69)' '(vlan and udp port 69) or udp port 69')
expected=('live 5, in a file 2' 'live 3, in a file 3' 'live 5, in a file 5' 'live 3, in a file 3')
recording=()
# The last one records without a filter: what the file is.
for n in 0 1 2 3 4; do
  $tcpdump -n -U -i in0 -w "$n.pcap" "${words[$n]:-}" 2> "$n.log" &
  recording+=($!)
done
for _ in $(seq 100); do [ "$(cat ./*.log | grep -c 'listening on')" = 5 ] && break; sleep 0.1; done
python3 say.py
sleep 1
kill -INT "${recording[@]}"
wait || true
# Nothing but the five requests: the interfaces say something of their own.
$tcpdump -n -r 4.pcap -w five.pcap 'ether src 02:00:00:00:00:ff' 2> five.log
count() { $tcpdump -n -r "$@" 2> count.log | wc -l; }
[ "$(count five.pcap)" = 5 ] || { echo "cannot be checked: the five requests were not recorded" >&2; exit 2; }
for n in 0 1 2 3; do
  seen="live $(count "$n.pcap"), in a file $(count five.pcap "${words[$n]}")"
  echo "${words[$n]}: $seen"
  [ "$seen" = "${expected[$n]}" ] || fail "${words[$n]}: $seen"
done
