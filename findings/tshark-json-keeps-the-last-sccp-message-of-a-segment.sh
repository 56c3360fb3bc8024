#!/usr/bin/env bash
# Of several SCCP messages in one TCP segment, tshark -T json leaves the last one to whoever reads it: the others are keys of the same name.
#
# Guess, written down before it was run: a layer that occurs several times in a frame is an array in JSON, as the list of packets ("OffHook KeypadButton
#   KeypadButton ...") has all of them.
# Seen: each message is written under the key "skinny" of the same object. That is JSON which a parser takes without a word, and of which JSON.parse
#   keeps the last; the earlier keys are gone. With --no-duplicate-keys, and in -T ek, there is an array, but only where there are
#   several: one message is an object. -T fields has all numbers of messages in one cell, and the digits in another, of fewer values.
# Version: tshark 4.0.17-0+deb12u3 (Debian 12).
# Output seen (a phone goes off hook and dials 1 2 3, all in one segment, then goes on hook in another; messages by their numbers):
#   packet list: OffHook KeypadButton KeypadButton KeypadButton | OnHook
#   json: 3 | 7
#   json, --no-duplicate-keys: 6 3 3 3 (array) | 7 (object)
#   ek: 6 3 3 3 (array) | 7 (object)
#   fields: 6,3,3,3 and digits 1,2,3 | 7
# Why it matters: what a phone and its call manager say in quick succession shares segments: digits of a speed dial, the messages of a registration. A
#   script over JSON reads "3" for "123", and misses what stands before a KeepAlive in its segment; it is right with every capture in
#   which somebody pressed the keys slowly.
# Needs Debian 12 on amd64, node. No root.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
fail() { echo "changed: $1" >&2; exit 1; }
wireshark=4.0.17-0+deb12u3
apt-get download -qq tshark=$wireshark wireshark-common=$wireshark libwireshark16=$wireshark libwiretap13=$wireshark libwsutil14=$wireshark \
  libwireshark-data=$wireshark 2> apt.log || { cat apt.log >&2; echo "cannot be checked: the pinned packages are not to be had" >&2; exit 2; }
for deb in ./*.deb; do dpkg -x "$deb" root; done
LD_LIBRARY_PATH=$(echo root/usr/lib/*-linux-gnu)
export LD_LIBRARY_PATH WIRESHARK_DATA_DIR="$PWD/root/usr/share/wireshark" HOME="$PWD"
root/usr/bin/tshark --version > tool.log 2>&1 || { cat tool.log >&2; echo "cannot be checked: tshark's own libraries are not installed" >&2; exit 2; }
cat > write.cjs << 'END'
const little = (...values) => { const b = Buffer.alloc(4 * values.length); values.forEach((value, i) => b.writeUInt32LE(value, 4 * i)); return b; };
const big = (value) => { const b = Buffer.alloc(4); b.writeUInt32BE(value); return b; };
const network = (value) => { const b = Buffer.alloc(2); b.writeUInt16BE(value); return b; };
// SCCP: the length from the number on, a version, the number, its values.
const message = (number, ...values) => little(4 + 4 * values.length, 0, number, ...values);
const phone = { address: [192, 0, 2, 2], port: 50000 };
const manager = { address: [192, 0, 2, 1], port: 2000 };
const [syn, ack, push] = [2, 16, 24];
const parts = [little(0xa1b2c3d4), Buffer.from([2, 0, 4, 0]), little(0, 0, 65535, 1)];
let second = 1700000000;
const segment = (from, to, at, acknowledged, flags, data = Buffer.alloc(0)) => {
  const tcp = Buffer.concat([network(from.port), network(to.port), big(at), big(acknowledged), Buffer.from([0x50, flags]), network(8192), network(0), network(0), data]);
  const ip = Buffer.concat([Buffer.from([0x45, 0]), network(20 + tcp.length), Buffer.from([0, 0, 0, 0, 64, 6, 0, 0, ...from.address, ...to.address])]);
  const frame = Buffer.concat([Buffer.from([2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0]), ip, tcp]);
  parts.push(little(second++, 0, frame.length, frame.length), frame);
};
const dialled = Buffer.concat([message(6, 1, 0), ...[1, 2, 3].map((digit) => message(3, digit, 1, 0))]);
segment(phone, manager, 0, 0, syn);
segment(manager, phone, 0, 1, syn | ack);
segment(phone, manager, 1, 1, ack);
segment(phone, manager, 1, 1, push, dialled);
segment(phone, manager, 1 + dialled.length, 1, push, message(7, 1, 0));
process.stdout.write(Buffer.concat(parts));
END
node write.cjs > sccp.pcap
cat > numbers.cjs << 'END'
// One object for each packet, as JSON.parse understands it.
const text = require('node:fs').readFileSync(0, 'utf8').trim();
const packets = text.startsWith('[') ? JSON.parse(text).map((packet) => packet._source) : text.split('\n').map((line) => JSON.parse(line)).filter((packet) => packet.layers);
const numberOf = (layer) => layer['skinny.messageId'] ?? layer.skinny_skinny_messageId;
const wordOf = (layer) => (Array.isArray(layer) ? `${layer.map(numberOf).join(' ')} (array)` : `${numberOf(layer)} (object)`);
console.log(packets.map(({ layers }) => wordOf(layers.skinny)).join(' | '));
END
read_it() { root/usr/bin/tshark -n -r sccp.pcap -Y skinny "$@" 2> tshark.log; }
joined() { sed ':a; N; s/\n/ | /; ta'; }
{
  echo "packet list: $(read_it -T fields -e _ws.col.Info | sed 's/ *$//' | joined)"
  echo "json: $(read_it -T json | node numbers.cjs | sed 's/ (object)//g')"
  echo "json, --no-duplicate-keys: $(read_it -T json --no-duplicate-keys | node numbers.cjs)"
  echo "ek: $(read_it -T ek | node numbers.cjs)"
  echo "fields: $(read_it -T fields -e skinny.messageId -e skinny.kpButton | sed 's/0x0*//g; s/\t$//; s/\t/ and digits /' | joined)"
} > seen.txt
cat seen.txt
diff - seen.txt << 'END' || fail "how tshark writes several SCCP messages of one segment"
packet list: OffHook KeypadButton KeypadButton KeypadButton | OnHook
json: 3 | 7
json, --no-duplicate-keys: 6 3 3 3 (array) | 7 (object)
ek: 6 3 3 3 (array) | 7 (object)
fields: 6,3,3,3 and digits 1,2,3 | 7
END
