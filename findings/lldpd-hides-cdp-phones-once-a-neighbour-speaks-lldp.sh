#!/usr/bin/env bash
# lldpcli shows no phone that speaks CDP alone as soon as one device on the same cable speaks LLDP: they are received, kept, and not shown.
#
# Guess, written down before it was run: `lldpd -c` shows every neighbour that it hears, each under the protocol that it spoke; a neighbour that
#   speaks both is perhaps shown once.
# Seen: by default it picks one protocol for each interface, and hides the neighbours of all others, whoever they are. Two phones that speak CDP are
#   shown until a third device sends its first LLDP frame; then they are gone from `show neighbors`, from JSON, and from the count. Nothing is
#   logged. `show neighbors hidden` has them still, and `-H 0` shows all.
# Version: lldpd 1.0.16-1+deb12u1 (Debian 12).
# Output seen (neighbours that lldpcli shows):
#   as it is: 2 by CDP, 0 by LLDP; after the first LLDP frame 0 by CDP, 1 by LLDP; with "hidden" 2 by CDP, 1 by LLDP
#   -H 0: 2 by CDP, 0 by LLDP; after the first LLDP frame 2 by CDP, 1 by LLDP; with "hidden" 2 by CDP, 1 by LLDP
# Why it matters: at a bench the phones hang at a switch without management, which hands on what they say, so that one interface hears all of them. Older
#   Cisco phones speak CDP, newer ones and computers LLDP. The first of these makes all older ones "disappear", which looks like phones that
#   lost power, and a script that counts neighbours cries wolf.
# Needs root (namespaces), Debian 12 on amd64, ip, python3.
set -euo pipefail
here=$(realpath "$0")
if [ "${1:-}" != inside ]; then
  dir=$(mktemp -d)
  trap 'rm -rf "$dir"' EXIT
  chmod 755 "$dir"
  cd "$dir"
  apt-get download -qq lldpd=1.0.16-1+deb12u1 libsnmp40=5.9.3+dfsg-2+deb12u1 2> apt.log || { cat apt.log >&2; echo "cannot be checked: the pinned packages are not to be had" >&2; exit 2; }
  for deb in ./*.deb; do dpkg -x "$deb" root; done
  unshare --net --mount --pid --fork --kill-child --mount-proc bash "$here" inside "$dir"
  exit
fi
cd "$2"
fail() { echo "changed: $1" >&2; exit 1; }
LD_LIBRARY_PATH=$(echo "$PWD"/root/usr/lib/*-linux-gnu)
export LD_LIBRARY_PATH
root/usr/sbin/lldpd -v > version.log 2>&1 || { cat version.log >&2; echo "cannot be checked: lldpd's own libraries are not installed" >&2; exit 2; }
# lldpd wants a user and a folder of its own, which live and die with this mount namespace.
mount -t tmpfs none /run
mkdir -p /run/lldpd
{ grep -v '^_lldpd:' /etc/passwd; echo '_lldpd:x:990:990::/run/lldpd:/bin/false'; } > passwd
{ grep -v '^_lldpd:' /etc/group; echo '_lldpd:x:990:'; } > group
mount --bind passwd /etc/passwd
mount --bind group /etc/group
cat > say.py << 'END'
import socket, struct, sys

def cdp(mac, name):
    tlv = lambda kind, value: struct.pack('!HH', kind, len(value) + 4) + value
    body = b''.join([tlv(1, name), tlv(3, b'Port 1'), tlv(4, struct.pack('!I', 0x490)), tlv(5, b'P003-08-12-00'), tlv(6, b'Cisco IP Phone 7960 ')])
    body += b'' if len(body) % 2 == 0 else tlv(2, struct.pack('!I', 0) + b'\0')
    words = struct.unpack('!%dH' % ((len(body) + 4) // 2), b'\x02\xb4\0\0' + body)
    total = sum(words)
    while total > 0xffff:
        total = (total >> 16) + (total & 0xffff)
    said = b'\xaa\xaa\x03\0\0\x0c\x20\0\x02\xb4' + struct.pack('!H', ~total & 0xffff) + body
    return bytes.fromhex('01000ccccccc') + mac + struct.pack('!H', len(said)) + said

def lldp(mac, name):
    tlv = lambda kind, value: struct.pack('!H', kind << 9 | len(value)) + value
    return bytes.fromhex('0180c200000e') + mac + b'\x88\xcc' + tlv(1, b'\x04' + mac) + tlv(2, b'\x03' + mac) + tlv(3, b'\0\x78') + tlv(5, name) + tlv(0, b'')

frames = {
    'older phones': [cdp(bytes([0, 0x18, 0xb9, 0, 0, n]), b'SEP0018B900000%d' % n) for n in (1, 2)],
    'newer device': [lldp(bytes([2, 0, 0, 0, 0, 9]), b'newer')],
}
link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
link.bind(('bench1', 0))
for frame in frames[sys.argv[1]]:
    link.send(frame)
END
ip link add bench0 type veth peer name bench1
ip link set bench0 up
ip link set bench1 up
cli() { root/usr/sbin/lldpcli -u /run/lldpd.socket "$@"; }
shown() { cli -f keyvalue show neighbors "$@" > shown.txt; echo "$(grep -c 'via=CDP' shown.txt) by CDP, $(grep -c 'via=LLDP' shown.txt) by LLDP"; }
until_shown() { for _ in $(seq 50); do [ "$(shown hidden)" = "$1" ] && return; sleep 0.2; done; echo "cannot be checked: lldpd heard $(shown hidden), not $1" >&2; exit 2; }
while IFS='|' read -r about options after; do
  # shellcheck disable=SC2086
  root/usr/sbin/lldpd -d -c $options -I bench0 -u /run/lldpd.socket > lldpd.log 2>&1 &
  daemon=$!
  for _ in $(seq 100); do cli resume > cli.log 2>&1 && break; sleep 0.2; done
  # It listens once it has looked at the interface for the first time.
  for _ in $(seq 100); do cli show interfaces 2>&1 | grep -q bench0 && break; sleep 0.2; done
  sleep 1
  python3 say.py 'older phones'
  until_shown '2 by CDP, 0 by LLDP'
  before=$(shown)
  python3 say.py 'newer device'
  until_shown '2 by CDP, 1 by LLDP'
  seen="$before; after the first LLDP frame $(shown); with \"hidden\" $(shown hidden)"
  echo "$about: $seen"
  kill "$daemon"
  wait "$daemon" || true
  rm -f /run/lldpd.socket /run/lldpd.socket.lock
  [ "$seen" = "2 by CDP, 0 by LLDP; after the first LLDP frame $after; with \"hidden\" 2 by CDP, 1 by LLDP" ] || fail "$about: $seen"
done << 'END'
as it is||0 by CDP, 1 by LLDP
-H 0|-H 0|2 by CDP, 1 by LLDP
END
