#!/usr/bin/env bash
# tcpdump -vv prints a DHCP option that it has no name for in a form that only the length of the option decides, not its number or content.
#
# Guess: an option that tcpdump does not know is dumped as bytes, in one form for all; whoever reads such a text can take the numbers between the
#   dots as they are.
# Seen: where the length is a multiple of four, the option is printed as 32-bit numbers; where it is otherwise even, as 16-bit numbers; only where
#   it is odd, as bytes. The numbers are decimal, joined by commas, but those of one byte by dots. So one server's option 120 (SIP servers) is
#   printed in three ways: with one address (five bytes, since an encoding byte goes first) as bytes, with the name "proxy" (eight) and
#   with "sip1.jp" (ten) as numbers in which no letter can be seen. Options that it has a name for keep one form (150: addresses).
# Version: tcpdump 4.99.3-1 with libpcap 1.10.3-1 (Debian 12).
# Output seen:
#   Unknown (120), length 5: 1.192.0.2.10
#   Unknown (120), length 8: 356466,1870166272
#   Unknown (120), length 10: 4,29545,28721,618,28672
#   Unknown (125), length 12: 210,117835012,84281096
#   TFTP-Server-Address (150), length 4: 192.0.2.10
# Why it matters: people paste `tcpdump -vv` when they ask what their provider gives to phones. A reader of such text that takes numbers for bytes
#   reads nonsense for two lengths out of four and does not notice; it has to go by "length".
# Needs Debian 12 on amd64, node. No root.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
fail() { echo "changed: $1" >&2; exit 1; }
apt-get download -qq tcpdump=4.99.3-1 libpcap0.8=1.10.3-1 2> apt.log || { cat apt.log >&2; echo "cannot be checked: the pinned packages are not to be had" >&2; exit 2; }
for deb in ./*.deb; do dpkg -x "$deb" root; done
cat > write.cjs << 'END'
// A capture of DHCP answers, each with one option: its number, then its bytes in hexadecimal.
const [, , ...options] = process.argv;
const number = (value, size) => { const b = Buffer.alloc(size); b.writeUIntLE(value, 0, size); return b; };
const network = (value) => { const b = Buffer.alloc(2); b.writeUInt16BE(value, 0); return b; };
const parts = [number(0xa1b2c3d4, 4), number(2, 2), number(4, 2), number(0, 4), number(0, 4), number(65535, 4), number(1, 4)];
for (const [n, text] of options.entries()) {
  const [code, hex] = text.split('=');
  const value = Buffer.from(hex, 'hex');
  const fixed = Buffer.alloc(236);
  fixed.set([2, 1, 6, 0, 0, 0, 0, n + 1]); // BOOTREPLY, Ethernet, transaction id
  const dhcp = Buffer.concat([fixed, Buffer.from([99, 130, 83, 99, 53, 1, 5, Number(code), value.length]), value, Buffer.from([255])]);
  const udp = Buffer.concat([network(67), network(68), network(8 + dhcp.length), network(0), dhcp]);
  const ip = Buffer.concat([Buffer.from([0x45, 0]), network(20 + udp.length), Buffer.from([0, 0, 0, 0, 64, 17, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2]), udp]);
  const frame = Buffer.concat([Buffer.from([2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0]), ip]);
  parts.push(number(n + 1, 4), number(0, 4), number(frame.length, 4), number(frame.length, 4), frame);
}
process.stdout.write(Buffer.concat(parts));
END
# One address; the names "proxy" and "sip1.jp" in the form of DNS, each behind its encoding byte; an enterprise with two numbers; one address.
node write.cjs 120=01c000020a 120=000570726f787900 120=000473697031026a7000 125=000000d20706050405060708 150=c000020a > x.pcap
LD_LIBRARY_PATH=$(echo root/usr/lib/*-linux-gnu) root/usr/bin/tcpdump -r x.pcap -vv -n 2> /dev/null | grep -E '^\s+(Unknown|TFTP-Server)' | sed 's/^\s*//' > seen.txt
cat seen.txt
diff - seen.txt << 'END' || fail "the forms in which tcpdump prints these options"
Unknown (120), length 5: 1.192.0.2.10
Unknown (120), length 8: 356466,1870166272
Unknown (120), length 10: 4,29545,28721,618,28672
Unknown (125), length 12: 210,117835012,84281096
TFTP-Server-Address (150), length 4: 192.0.2.10
END
