#!/usr/bin/env bash
# mergecap joins a capture of today with an older one, and tcpdump shows not one packet of the result, since their headers name two lengths to cut at.
#
# Guess, written down before it was run: two captures of the same kind of network can be joined and read by everything; the snapshot length is a
#   limit for who records, and of no matter to who reads.
# Seen: mergecap writes pcapng, with one interface for each length, and is content. tcpdump (libpcap) stops at the second interface, which stands
#   before all packets: "an interface has a snapshot length 65535 different from the snapshot length of the first interface", status 1, no packet.
#   tshark reads all. No packet was cut by either length. With -F pcap mergecap keeps one length, and tcpdump reads all, too.
# Versions: wireshark-common and tshark 4.0.17-0+deb12u3, tcpdump 4.99.3-1 with libpcap0.8 1.10.3-1 (Debian 12).
# Output seen (packets of two captures with 2 each; tcpdump of today writes 262144, an older one 65535):
#   262144 and 262144: tcpdump 4, tshark 4
#   262144 and 65535: tcpdump 0 (status 1), tshark 4
#   262144 and 65535, -F pcap: tcpdump 4, tshark 4
# Why it matters: what a phone says is recorded at two places (the switch's mirror port, the server), with two tools, and joined to be read as one.
#   A reader that is built on libpcap finds an error or an empty file, and both captures are thought to be broken. A joined capture that others shall
#   read is better written in the older form.
# Needs Debian 12 on amd64, node. No root.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
fail() { echo "changed: $1" >&2; exit 1; }
wireshark=4.0.17-0+deb12u3
apt-get download -qq tcpdump=4.99.3-1 libpcap0.8=1.10.3-1 tshark=$wireshark wireshark-common=$wireshark libwireshark16=$wireshark libwiretap13=$wireshark libwsutil14=$wireshark \
  libwireshark-data=$wireshark 2> apt.log || { cat apt.log >&2; echo "cannot be checked: the pinned packages are not to be had" >&2; exit 2; }
for deb in ./*.deb; do dpkg -x "$deb" root; done
LD_LIBRARY_PATH=$(echo root/usr/lib/*-linux-gnu)
export LD_LIBRARY_PATH WIRESHARK_DATA_DIR="$PWD/root/usr/share/wireshark" HOME="$PWD"
for tool in mergecap tshark; do
  root/usr/bin/$tool --version > tool.log 2>&1 || { cat tool.log >&2; echo "cannot be checked: $tool's own libraries are not installed" >&2; exit 2; }
done
cat > write.cjs << 'END'
// A capture of two read requests, whose header names the length that it was recorded with.
const [, , length, seconds] = process.argv;
const number = (value, size) => { const b = Buffer.alloc(size); b.writeUIntLE(value, 0, size); return b; };
const network = (value) => { const b = Buffer.alloc(2); b.writeUInt16BE(value, 0); return b; };
const parts = [number(0xa1b2c3d4, 4), number(2, 2), number(4, 2), number(0, 4), number(0, 4), number(Number(length), 4), number(1, 4)];
for (const n of [0, 1]) {
  const request = Buffer.from('\0\x01OS79XX.TXT\0octet\0', 'latin1');
  const udp = Buffer.concat([network(50000 + n), network(69), network(8 + request.length), network(0), request]);
  const ip = Buffer.concat([Buffer.from([0x45, 0]), network(20 + udp.length), Buffer.from([0, n, 0, 0, 64, 17, 0, 0, 192, 0, 2, 2, 192, 0, 2, 1]), udp]);
  const frame = Buffer.concat([Buffer.from([2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0]), ip]);
  parts.push(number(Number(seconds) + n, 4), number(0, 4), number(frame.length, 4), number(frame.length, 4), frame);
}
process.stdout.write(Buffer.concat(parts));
END
node write.cjs 262144 1700000000 > today.pcap
node write.cjs 262144 1700000010 > also-today.pcap
node write.cjs 65535 1700000020 > older.pcap
while IFS='|' read -r about other form expected; do
  root/usr/bin/mergecap -F "$form" -w joined today.pcap "$other"
  status=0
  root/usr/bin/tcpdump -n -r joined > packets 2> errors || status=$?
  seen="tcpdump $(wc -l < packets)"
  if [ "$status" != 0 ]; then
    grep -q 'snapshot length 65535 different' errors || { cat errors >&2; fail "tcpdump ends with $status for another reason"; }
    seen+=" (status $status)"
  fi
  seen+=", tshark $(root/usr/bin/tshark -n -r joined 2> /dev/null | wc -l)"
  echo "$about: $seen"
  [ "$seen" = "$expected" ] || fail "$about: $seen"
done << 'END'
262144 and 262144|also-today.pcap|pcapng|tcpdump 4, tshark 4
262144 and 65535|older.pcap|pcapng|tcpdump 0 (status 1), tshark 4
262144 and 65535, -F pcap|older.pcap|pcap|tcpdump 4, tshark 4
END
