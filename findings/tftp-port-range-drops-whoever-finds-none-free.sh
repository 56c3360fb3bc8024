#!/usr/bin/env bash
# A TFTP server with a range of N ports serves N clients at a time; who asks then is not refused and not queued, and gets nothing at all.
#
# Guess, written down before it was run: with all ports taken the next client waits until one is free, or gets a TFTP error; and the log names it.
# Seen: tftpd-hpa and dnsmasq drop the request. The first logs "bind: Address already in use", without address and file, and leaves out the line "RRQ from"
#   that it writes for everybody else; the second "unable to get free port for TFTP", without them, too. A port is free again when the
#   transfer has ended, so a client that went away in the middle keeps one until the server gives up on it.
# Versions: tftpd-hpa 5.2+20150808-1.4, dnsmasq-base 2.90-4~deb12u2 (Debian 12).
# Output seen (four clients ask once each, at the same time, of a server with two ports, and wait for eight seconds):
#   tftpd-hpa: 2 served, 0 refused, 2 without an answer; the log has a line for 2 of 4 addresses
#   dnsmasq: 2 served, 0 refused, 2 without an answer; the log has a line for 2 of 4 addresses
# Why it matters: a range is given so that a firewall can let it through, and ten ports look like plenty for files of a few kB. A shelf of 48 phones that gets
#   its power back asks all at once. Those that are dropped look like phones that lost a packet, and the log says nothing of whose request
#   it was. A range needs a port for each phone that may read at a time.
# Needs root (namespaces), Debian 12 on amd64, ip, ss, node, python3.
set -euo pipefail
here=$(realpath "$0")
if [ "${1:-}" != inside ]; then
  dir=$(mktemp -d)
  trap 'rm -rf "$dir"' EXIT
  chmod 755 "$dir"
  cd "$dir"
  apt-get download -qq tftpd-hpa=5.2+20150808-1.4 libwrap0=7.6.q-32 dnsmasq-base=2.90-4~deb12u2 2> apt.log || { cat apt.log >&2; echo "cannot be checked: the pinned packages are not to be had" >&2; exit 2; }
  for deb in ./*.deb; do dpkg -x "$deb" root; done
  unshare --net --mount --pid --fork --kill-child --mount-proc bash "$here" inside "$dir"
  exit
fi
cd "$2"
fail() { echo "changed: $1" >&2; exit 1; }
export LD_LIBRARY_PATH="$PWD/root/usr/lib/x86_64-linux-gnu:$PWD/root/lib/x86_64-linux-gnu"
# in.tftpd logs to /dev/log and nowhere else: a /dev of its own, with a listener there.
mkdir dev
mount -t tmpfs none dev
mknod -m 666 dev/null c 1 3 && mknod -m 666 dev/urandom c 1 9 || { echo "cannot be checked: no devices can be made here" >&2; exit 2; }
mount --bind dev /dev
cat > listen.py << 'END'
import socket
listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
listener.bind('/dev/log')
with open('tftpd-hpa.log', 'ab', 0) as log:
    while True:
        log.write(listener.recv(65536).rstrip(b'\0\n') + b'\n')
END
python3 listen.py &
for _ in $(seq 100); do [ -S /dev/log ] && break; sleep 0.1; done
# The second interface is there because in.tftpd ends with status 66 where loopback is the only one.
ip link set lo up
ip link add out0 type veth peer name out1
ip addr add 192.0.2.1/24 dev out0
ip link set out0 up
mkdir -m 755 files
printf '%2000s' '' > files/load.bin
chmod 644 files/load.bin
root/usr/sbin/in.tftpd -L -4 -vv -R 6000:6001 -a 127.0.0.2:69 -s "$PWD/files" &
root/usr/sbin/dnsmasq --keep-in-foreground --conf-file=/dev/null --pid-file= --log-facility="$PWD/dnsmasq.log" --user=root --group=root --port=0 \
  --listen-address=127.0.0.3 --bind-interfaces --enable-tftp --tftp-root="$PWD/files" --tftp-port-range=6100,6101 &
for _ in $(seq 100); do [ "$(ss -Huln 'sport = :69' | wc -l)" -ge 2 ] && break; sleep 0.1; done
cat > read.cjs << 'END'
const { createSocket } = require('node:dgram');
const counts = { served: 0, refused: 0 };
const addresses = [21, 22, 23, 24].map((last) => `127.0.0.${last}`);
for (const address of addresses) {
  const socket = createSocket('udp4');
  socket.on('message', (data, from) => {
    if (data.readUInt16BE(0) === 5) counts.refused += 1;
    else if (data.length < 516) counts.served += 1;
    // Slow enough for all four to ask while the first ones read.
    setTimeout(() => socket.send(Buffer.from([0, 4, data[2], data[3]]), from.port, from.address), 500);
  });
  socket.bind(0, address, () => socket.send(Buffer.from('\0\x01load.bin\0octet\0', 'latin1'), 69, process.argv[2]));
}
setTimeout(() => {
  console.log(`${counts.served} served, ${counts.refused} refused, ${addresses.length - counts.served - counts.refused} without an answer`);
  process.exit();
}, 8000);
END
while IFS='|' read -r server address dropped; do
  answers=$(node read.cjs "$address")
  grep -q "$dropped" "$server.log" || { cat "$server.log" >&2; fail "$server does not say \"$dropped\""; }
  seen="$answers; the log has a line for $(grep -o '127\.0\.0\.2[1-4]' "$server.log" | sort -u | wc -l) of 4 addresses"
  echo "$server: $seen"
  [ "$seen" = '2 served, 0 refused, 2 without an answer; the log has a line for 2 of 4 addresses' ] || fail "$server: $seen"
done << 'END'
tftpd-hpa|127.0.0.2|bind: Address already in use
dnsmasq|127.0.0.3|unable to get free port for TFTP
END
