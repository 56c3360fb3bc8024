#!/usr/bin/env bash
# dnsmasq's TFTP server cuts a file to the size it had when some other client's transfer of it began.
#
# Guess, written down before it was run: each read request opens the file and reads its size again; a file that has grown since is sent whole
#   to the client that asks next.
# Seen: while any transfer of a file is open, later requests for it share the first one's open file and its size. After the file was written
#   over in place (cp does that: the inode stays), a second client is told the old size and gets the first 1000 bytes of the new content as
#   a complete transfer. The first client, told "1000" before the change, gets the new bytes too. Once no transfer is open, the next client
#   gets all 5000 bytes.
# Version: dnsmasq 2.90-4~deb12u2 (Debian 12).
# Output seen (1000 times A is written over in place with 5000 times B; later 1000 times C is renamed over it):
#   while the first is open: tsize 1000, 1000 bytes of B
#   the first: 1000 bytes of B
#   afterwards: tsize 5000, 5000 bytes of B
#   renamed into place while one is open: tsize 1000, 1000 bytes of C
# Why it matters: on a bench some phone is usually reading. A load replaced with cp is cut short for every phone that begins before the last
#   open transfer ends, and the tsize it was told agrees with what it got. A new file has to be renamed into place: as the last line shows,
#   another inode is not shared.
# Needs root (a network namespace), Debian 12 on amd64, ip, ss, node.
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
ip link set lo up
mkdir -m 755 files
root/usr/sbin/dnsmasq --keep-in-foreground --conf-file=/dev/null --pid-file= --log-facility="$PWD/dnsmasq.log" --user=root --group=root \
  --port=0 --listen-address=127.0.0.4 --bind-interfaces --enable-tftp --tftp-root="$PWD/files" &
for _ in $(seq 100); do [ -n "$(ss -Huln 'sport = :69')" ] && break; sleep 0.1; done
umask 022
cat > read.cjs << 'END'
const { createSocket } = require('node:dgram');
const { renameSync, writeFileSync } = require('node:fs');
const host = '127.0.0.4';
setTimeout(() => process.exit(3), 20000).unref();

/** Asks for the file; `read` acknowledges the offered size and takes the rest. */
function ask() {
  const socket = createSocket('udp4');
  const chunks = [];
  let port;
  let finish;
  return new Promise((offered) => {
    const read = () => new Promise((done) => {
      finish = () => done(Buffer.concat(chunks));
      socket.send(Buffer.from([0, 4, 0, 0]), port, host);
    });
    socket.on('message', (data, from) => {
      port = from.port;
      if (data[1] === 6) return offered({ tsize: data.toString('latin1').split('\0')[2], read });
      if (data[1] !== 3) process.exit(4);
      if (data.readUInt16BE(2) === chunks.length + 1) chunks.push(data.subarray(4));
      socket.send(Buffer.from([0, 4, data[2], data[3]]), port, host, () => {
        if (data.length === 516) return;
        socket.close();
        finish();
      });
    });
    socket.bind(0, '127.0.0.1', () => socket.send(Buffer.from('\0\x01load.bin\0octet\0tsize\x000\0', 'latin1'), 69, host));
  });
}
const tell = (bytes) => `${bytes.length} bytes of ${String.fromCharCode(bytes[0])}`;
(async () => {
  writeFileSync('files/load.bin', Buffer.alloc(1000, 'A'));
  const first = await ask();
  writeFileSync('files/load.bin', Buffer.alloc(5000, 'B'));
  const second = await ask();
  console.log(`while the first is open: tsize ${second.tsize}, ${tell(await second.read())}`);
  console.log(`the first: ${tell(await first.read())}`);
  await new Promise((later) => setTimeout(later, 500));
  const third = await ask();
  console.log(`afterwards: tsize ${third.tsize}, ${tell(await third.read())}`);
  const fourth = await ask();
  writeFileSync('files/load.new', Buffer.alloc(1000, 'C'));
  renameSync('files/load.new', 'files/load.bin');
  const fifth = await ask();
  console.log(`renamed into place while one is open: tsize ${fifth.tsize}, ${tell(await fifth.read())}`);
  await fourth.read();
})();
END
seen=$(node read.cjs) || fail "dnsmasq did not serve the file"
echo "$seen"
expected='while the first is open: tsize 1000, 1000 bytes of B
the first: 1000 bytes of B
afterwards: tsize 5000, 5000 bytes of B
renamed into place while one is open: tsize 1000, 1000 bytes of C'
[ "$seen" = "$expected" ] || fail "a request during an open transfer no longer gets the size of that transfer's start"
