#!/usr/bin/env bash
# Two different MAC addresses as YAML keys are "the same key": without separators they are read as the number Infinity.
#
# Guess, written down before it was run: 0011930e1234 is a string. YAML 1.2 did away with the readings that made YAML 1.1 risky (yes and no,
#   base 60, octal by a leading zero), and no one writes a number like that.
# Seen: the core schema of YAML 1.2 lets a number begin with zeros and have an exponent. 0011930e1234 is 11930 times ten to the power 1234,
#   which is Infinity; 001193012345 is the number 1193012345, without its zeros. A list keyed by such addresses is refused with "Map keys
#   must be unique", although no two are alike; a list with only one of them is accepted under the key Infinity. A sister with any other
#   letter (00e0b0112233) is a string.
# Version: yaml 2.9.1.
# Output seen:
#   0011930e1234 -> Infinity, 001193012345 -> 1193012345, 00e0b0112233 -> "00e0b0112233"
#   two keys: Map keys must be unique at line 2, column 1:
# Why it matters: Cisco phones name their files by twelve hexadecimal digits without separators. Where the maker's half has only digits, one
#   address in eleven (1,500,000 of 16,777,216) is read as a number: only digits, or one e that is not the last. The rest of the list works,
#   so the fault shows late, and for one phone only. Quotes, or reading with schema "failsafe", keep them text.
# Needs node and npm.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true}' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts yaml@2.9.1 > npm.log 2>&1 || { cat npm.log >&2; echo "cannot be checked: the pinned package is not to be had" >&2; exit 2; }
fail() { echo "changed: $1" >&2; exit 1; }
cat > read.cjs << 'END'
const { parse } = require('yaml');
const read = (text) => { const value = parse(text); return typeof value === 'string' ? JSON.stringify(value) : String(value); };
console.log(['0011930e1234', '001193012345', '00e0b0112233'].map((mac) => `${mac} -> ${read(mac)}`).join(', '));
try {
  parse('0011930e1234: lobby\n0011930e1235: kitchen\n');
  console.log('two keys: accepted');
} catch (error) {
  console.log(`two keys: ${error.message.split('\n')[0]}`);
}
if (Object.keys(parse('0011930e1234: lobby\n', { schema: 'failsafe' }))[0] !== '0011930e1234') console.log('failsafe: not kept');
END
seen=$(node read.cjs)
echo "$seen"
expected='0011930e1234 -> Infinity, 001193012345 -> 1193012345, 00e0b0112233 -> "00e0b0112233"
two keys: Map keys must be unique at line 2, column 1:'
[ "$seen" = "$expected" ] || fail "yaml reads twelve hexadecimal digits in another way"
