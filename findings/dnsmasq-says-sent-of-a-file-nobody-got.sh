#!/usr/bin/env bash
# dnsmasq's log and its dhcp-script say that a TFTP file was sent when not one byte of it was ever acknowledged, if the file is a single block.
#
# Guess (what the names of the two lines lead one to expect; that one block is otherwise came up when answers were lost beside dnsmasq, two blocks were not
#   known): "sent" is logged, and the script called with "tftp", once the client has acknowledged the last block; silence makes "failed sending".
# Seen: what is passed over is silence after the last block, and a file of up to 511 bytes has no other. dnsmasq repeats that block for about half a
#   minute, then logs "sent" and calls the script as for a whole transfer. Of a file of two blocks whose client is silent from the beginning it says
#   "failed sending", and calls no script. A client that acknowledges block 1 and is silent to block 2 has been "sent" the file, too.
# Version: dnsmasq 2.90-4~deb12u2 (Debian 12).
# Output seen:
#   one block, no answer: sent, script called, after more than 10 s
#   one block, acknowledged: sent, script called, at once
#   two blocks, no answer: failed, script not called, after more than 10 s
#   two blocks, the first acknowledged: sent, script called, after more than 10 s
# Why it matters: configurations of phones and signed manifests are smaller than a block. Whoever drives the next step of an upgrade by this script,
#   or counts phones by this log, takes a phone behind a dead cable for one that has read its file. How long dnsmasq took to say it is the only hint.
# Needs root (a network namespace for port 69), Debian 12 on amd64, ip, node. Takes two minutes.
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
ip link set lo up
mkdir files
head -c 300 /dev/zero | tr '\0' a > files/one
head -c 800 /dev/zero | tr '\0' b > files/two
printf '#!/bin/sh\necho "$@" >> %s/called\n' "$PWD" > script
chmod 755 script
touch called log
root/usr/sbin/dnsmasq --keep-in-foreground --conf-file=/dev/null --pid-file= --log-facility="$PWD/log" --user=root --group=root --port=0 \
  --listen-address=127.0.0.1 --bind-interfaces --dhcp-leasefile="$PWD/leases" --dhcp-range=127.0.0.50,127.0.0.60 --dhcp-script="$PWD/script" \
  --enable-tftp --tftp-root="$PWD/files" --tftp-no-blocksize &
trap 'kill %1' EXIT
cat > ask.cjs << 'END'
// Asks for a file and acknowledges its first blocks, then is silent.
const socket = require('node:dgram').createSocket('udp4');
const [, , name, acknowledged] = process.argv;
const ask = setInterval(() => socket.send(Buffer.from(`\0\x01${name}\0octet\0`, 'latin1'), 69, '127.0.0.1'), 500);
socket.on('message', (data, peer) => {
  clearInterval(ask);
  if (data.readUInt16BE(2) <= Number(acknowledged)) socket.send(Buffer.from([0, 4, data[2], data[3]]), peer.port, peer.address);
});
END
while IFS='|' read -r about name acknowledged; do
  : > called
  before=$(grep -c "files/$name" log || true)
  began=$(date +%s)
  node ask.cjs "$name" "$acknowledged" < /dev/null &
  client=$!
  for _ in $(seq 900); do
    [ "$(grep -c "files/$name" log || true)" -gt "$before" ] && break
    sleep 0.1
  done
  took=$(($(date +%s) - began))
  sleep 1
  kill "$client"
  wait "$client" 2> /dev/null || true
  word=$(grep "files/$name" log | tail -1 | sed -E 's/.*: (sent|failed).*/\1/')
  script=$(grep -q "^tftp .*/$name\$" called && echo 'script called' || echo 'script not called')
  when=$([ "$took" -gt 10 ] && echo 'after more than 10 s' || echo 'at once')
  echo "$about: $word, $script, $when"
done > seen << 'END'
one block, no answer|one|0
one block, acknowledged|one|1
two blocks, no answer|two|0
two blocks, the first acknowledged|two|1
END
cat seen
cat > expected << 'END'
one block, no answer: sent, script called, after more than 10 s
one block, acknowledged: sent, script called, at once
two blocks, no answer: failed, script not called, after more than 10 s
two blocks, the first acknowledged: sent, script called, after more than 10 s
END
cmp -s seen expected || { echo 'changed: dnsmasq says something else of silent clients' >&2; exit 1; }
