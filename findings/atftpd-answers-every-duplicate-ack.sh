#!/usr/bin/env bash
# atftpd sends a block again for every duplicate ACK: one repeated ACK doubles the rest of a transfer.
#
# Guess, written down before it was run: this fault (the "sorcerer's apprentice", forbidden by RFC 1123 4.2.3.1 in 1989) is gone from every
#   server that a distribution ships; a duplicate ACK is passed over.
# Seen: tftpd-hpa and dnsmasq pass it over. atftpd answers each duplicate with the next block at once, without waiting for a timeout. A
#   client that acknowledges every DATA it gets, as the RFC asks, then gets all following blocks twice to the end of the file.
# Versions: atftpd 0.8.0-3, tftpd-hpa 5.2+20150808-1.4, dnsmasq 2.90-4~deb12u2 (Debian 12), no windowsize asked for.
# Output seen (a file of 40 blocks; ACK 1 is sent twice, every other DATA is acknowledged once):
#   127.0.0.2: 40 DATA for 40 blocks
#   127.0.0.3: 79 DATA for 40 blocks
#   127.0.0.4: 40 DATA for 40 blocks
# Why it matters: one duplicated datagram doubles the traffic of every later block. Peers to test a phone server against do behave this way,
#   so a client must survive doubled blocks, and a capture in which each block stands twice points to the server and not to the phone.
# Needs root (a network namespace), Debian 12 on amd64, ip, ss, node.
set -euo pipefail
here=$(realpath "$0")
if [ "${1:-}" != inside ]; then
  dir=$(mktemp -d)
  trap 'rm -rf "$dir"' EXIT
  chmod 755 "$dir"
  cd "$dir"
  apt-get download -qq tftpd-hpa=5.2+20150808-1.4 libwrap0=7.6.q-32 atftpd=0.8.0-3 dnsmasq-base=2.90-4~deb12u2 2> apt.log || { cat apt.log >&2; echo "cannot be checked: the pinned packages are not to be had" >&2; exit 2; }
  for deb in ./*.deb; do dpkg -x "$deb" root; done
  unshare --net --pid --fork --kill-child bash "$here" inside "$dir"
  exit
fi
cd "$2"
fail() { echo "changed: $1" >&2; exit 1; }
export LD_LIBRARY_PATH="$PWD/root/usr/lib/x86_64-linux-gnu:$PWD/root/lib/x86_64-linux-gnu"
# The servers live in a network namespace of their own. Its second interface is there because in.tftpd ends with status 66 where
# loopback is the only one.
ip link set lo up
ip link add out0 type veth peer name out1
ip addr add 192.0.2.1/24 dev out0
ip link set out0 up
mkdir -m 755 files
head -c 20000 /dev/zero > files/load.bin
chmod 644 files/load.bin
root/usr/sbin/in.tftpd -L -4 -a 127.0.0.2:69 -s "$PWD/files" &
root/usr/sbin/atftpd --daemon --no-fork --user root --group root --bind-address 127.0.0.3 --logfile "$PWD/atftpd.log" "$PWD/files" &
root/usr/sbin/dnsmasq --keep-in-foreground --conf-file=/dev/null --pid-file= --log-facility="$PWD/dnsmasq.log" --user=root --group=root \
  --port=0 --listen-address=127.0.0.4 --bind-interfaces --enable-tftp --tftp-root="$PWD/files" &
listening() { for _ in $(seq 100); do [ "$(ss -Huln "sport = :69" | wc -l)" -ge "$1" ] && return; sleep 0.1; done; echo "cannot be checked: a server did not start" >&2; exit 2; }
listening 3
cat > read.cjs << 'END'
const socket = require('node:dgram').createSocket('udp4');
const host = process.argv[2];
const last = 40; // 39 full blocks and 32 bytes
let seen = 0;
let doubled = false;
let quiet = setTimeout(() => process.exit(3), 5000);
socket.on('message', (data, from) => {
  if (data.readUInt16BE(0) !== 3) process.exit(4);
  seen += 1;
  const block = data.readUInt16BE(2);
  const ack = Buffer.from([0, 4, data[2], data[3]]);
  socket.send(ack, from.port, host);
  if (block === 1 && !doubled) {
    doubled = true;
    socket.send(ack, from.port, host);
  }
  if (block === last) {
    clearTimeout(quiet);
    quiet = setTimeout(() => { console.log(seen); socket.close(); }, 300); // less than any server's timeout
  }
});
socket.bind(0, '127.0.0.1', () => socket.send(Buffer.from('\0\x01load.bin\0octet\0', 'latin1'), 69, host));
END
while read -r server least most; do
  data=$(node read.cjs "$server") || fail "$server did not send the file"
  echo "$server: $data DATA for 40 blocks"
  [ "$data" -ge "$least" ] && [ "$data" -le "$most" ] || fail "$server sent $data DATA for 40 blocks, expected $least to $most"
done << 'END'
127.0.0.2 40 44
127.0.0.3 70 80
127.0.0.4 40 44
END
