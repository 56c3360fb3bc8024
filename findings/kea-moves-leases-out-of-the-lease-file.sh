#!/usr/bin/env bash
# After Kea has cleaned up its lease file, the file that the configuration names holds no lease: they are in another one beside it, for good.
#
# Guess (as it stood in a description of lease files): the clean-up leaves the leases that hold in the lease file, and files with other endings
#   are there only while it runs.
# Seen: the clean-up (here after an lfc-interval of 10 seconds) moves everything to leases.csv.2 and leaves a lease file with a header and nothing
#   else. Later leases are added to the lease file, and go to leases.csv.2 with the next clean-up.
# Version: kea-dhcp4-server 2.2.0-6 (Debian 12).
# Output seen (rows with an address in each file):
#   two leases given: leases.csv 2
#   cleaned up: leases.csv 0, leases.csv.2 2
#   a third lease given: leases.csv 1, leases.csv.2 2
#   cleaned up again: leases.csv 0, leases.csv.2 3
# Why it matters: a program that reads the lease file to learn which address belongs to which MAC finds the phones in every trial that is
#   shorter than the interval, and loses them later. A copy of that file alone lacks every lease that was not renewed since the last clean-up.
# Needs root (network namespaces), Debian 12 on amd64, ip, nsenter, node.
set -euo pipefail
here=$(realpath "$0")
if [ "${1:-}" != inside ]; then
  dir=$(mktemp -d)
  trap 'rm -rf "$dir"' EXIT
  chmod 755 "$dir"
  cd "$dir"
  apt-get download -qq kea-dhcp4-server=2.2.0-6 kea-common=2.2.0-6 liblog4cplus-2.0.5=2.0.8-1 \
    libmariadb3=1:10.11.19-0+deb12u1 libpq5=15.20-0+deb12u1 libldap-2.5-0=2.5.13+dfsg-5 libsasl2-2=2.1.28+dfsg-10+deb12u1 \
    2> apt.log || { cat apt.log >&2; echo "cannot be checked: the pinned packages are not to be had" >&2; exit 2; }
  for deb in ./*.deb; do dpkg -x "$deb" root; done
  unshare --net --pid --fork --kill-child --mount-proc bash "$here" inside "$dir"
  exit
fi
cd "$2"
fail() { echo "changed: $1" >&2; exit 1; }
kea=(env LD_LIBRARY_PATH="$PWD/root/usr/lib/x86_64-linux-gnu" KEA_PIDFILE_DIR="$PWD" KEA_LOCKFILE_DIR=none KEA_LFC_EXECUTABLE="$PWD/kea-lfc.sh" root/usr/sbin/kea-dhcp4)
"${kea[@]}" -V > kea.log 2>&1 || { echo "cannot be checked: Kea's own libraries are not installed" >&2; exit 2; }
# Two namespaces: Kea here, and a relay agent that asks in the other one.
ip link set lo up
ip link add out0 type veth peer name out1
ip addr add 198.51.100.2/24 dev out0
ip link set out0 up
unshare --net sleep 120 &
relay=$!
for _ in $(seq 50); do [ "$(readlink /proc/self/ns/net)" != "$(readlink /proc/$relay/ns/net)" ] && break; sleep 0.1; done
ip link set out1 netns "$relay"
nsenter --target "$relay" --net sh -c 'ip addr add 198.51.100.1/24 dev out1; ip link set out1 up'
# Kea starts the clean-up without the environment that it has itself.
cat > kea-lfc.sh << END
#!/bin/sh
LD_LIBRARY_PATH="$PWD/root/usr/lib/x86_64-linux-gnu" KEA_LOCKFILE_DIR=none exec "$PWD/root/usr/sbin/kea-lfc" "\$@"
END
chmod 755 kea-lfc.sh
cat > kea.json << END
{ "Dhcp4": {
  "interfaces-config": { "interfaces": ["out0"], "dhcp-socket-type": "udp" },
  "lease-database": { "type": "memfile", "name": "$PWD/leases.csv", "lfc-interval": 10 },
  "loggers": [{ "name": "kea-dhcp4", "severity": "WARN", "output_options": [{ "output": "stdout" }] }],
  "subnet4": [{ "id": 1, "subnet": "198.51.100.0/24", "pools": [{ "pool": "198.51.100.50 - 198.51.100.60" }] }]
} }
END
cat > lease.cjs << 'END'
const socket = require('node:dgram').createSocket('udp4');
const [relay, server] = ['198.51.100.1', '198.51.100.2'];
const number = Number(process.argv[2]);
const head = Buffer.alloc(236);
head.set([1, 1, 6, 0, 0, 0, 0, number]); // BOOTREQUEST, Ethernet, transaction id
head.set(relay.split('.').map(Number), 24);
head.set([2, 0, 0, 0, 0, number], 28);
let message = Buffer.concat([head, Buffer.from([99, 130, 83, 99, 53, 1, 1, 255])]);
const repeat = setInterval(() => socket.send(message, 67, server), 300);
setTimeout(() => process.exit(3), 20000).unref();
socket.on('message', (answer) => {
  if (answer[242] === 2) {
    // An offer: ask for the address in it.
    const wish = [99, 130, 83, 99, 53, 1, 3, 50, 4, ...answer.subarray(16, 20), 54, 4, ...server.split('.').map(Number), 255];
    message = Buffer.concat([head, Buffer.from(wish)]);
    return;
  }
  clearInterval(repeat);
  socket.close();
});
socket.bind(67, relay);
END
rows() { echo "$1: $(for file in leases.csv*; do echo "$file $(grep -c '^198' "$file" || true)"; done | paste -sd, | sed 's/,/, /g')"; }
take() { nsenter --target "$relay" --net node lease.cjs "$1" || { cat kea.log >&2; fail "client $1 was given no lease"; }; }
# The clean-up is over when the lease file is a new one and nothing else is left to be worked on.
cleaned() {
  for _ in $(seq 300); do
    [ "$(stat -c %i leases.csv 2> stat.log)" = "$1" ] || [ -n "$(find . -maxdepth 1 \( -name '*.csv.1' -o -name '*.csv.output' -o -name '*.csv.completed' -o -name '*.csv*.pid' \))" ] || return 0
    sleep 0.1
  done
  cat kea.log >&2
  fail "the lease file was not cleaned up within 30 seconds"
}
"${kea[@]}" -c kea.json > kea.log 2>&1 &
{
  take 1
  take 2
  rows "two leases given"
  cleaned "$(stat -c %i leases.csv)"
  rows "cleaned up"
  take 3
  rows "a third lease given"
  cleaned "$(stat -c %i leases.csv)"
  rows "cleaned up again"
} > seen
cat seen
cat > expected << 'END'
two leases given: leases.csv 2
cleaned up: leases.csv 0, leases.csv.2 2
a third lease given: leases.csv 1, leases.csv.2 2
cleaned up again: leases.csv 0, leases.csv.2 3
END
cmp -s seen expected || fail "Kea keeps its leases in other files"
