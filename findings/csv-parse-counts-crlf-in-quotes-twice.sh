#!/usr/bin/env bash
# csv-parse counts a CR LF inside quotes as two lines: every line number after such a cell is too high by one.
#
# Guess, written down before it was run: info.lines and the line in an error count CR LF as one line end everywhere.
# Seen: between records CR LF counts once, inside a quoted cell twice. The same text with LF alone is counted right. The error's message and
#   its property `lines` are both wrong, by one more for each line break inside a cell.
# Version: csv-parse 7.0.3.
# Output seen (a cell with two breaks on lines 2 to 4, a faulty record on line 5):
#   LF: Invalid Record Length: expect 2, got 3 on line 5
#   CR LF: Invalid Record Length: expect 2, got 3 on line 7
# Why it matters: lists of phones come from spreadsheets, and a note with line breaks in one row ("from the old office, \r\n shelf 3") is
#   enough to send the operator to the wrong row for a fault. In a list of MAC addresses the wrong row looks just like the right one. A
#   reader that names lines must count them itself, from info.bytes.
# Needs node and npm.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true}' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts csv-parse@7.0.3 > npm.log 2>&1 || { cat npm.log >&2; echo "cannot be checked: the pinned package is not to be had" >&2; exit 2; }
fail() { echo "changed: $1" >&2; exit 1; }
cat > count.cjs << 'END'
const { parse } = require('csv-parse/sync');
for (const [name, end] of [['LF', '\n'], ['CR LF', '\r\n']]) {
  const text = ['name,note', 'one,"first', 'second', 'third"', 'two,fine,one too many', ''].join(end);
  try {
    parse(text);
    console.log(`${name}: no error`);
  } catch (error) {
    console.log(`${name}: ${error.message}`);
  }
}
END
seen=$(node count.cjs)
echo "$seen"
expected='LF: Invalid Record Length: expect 2, got 3 on line 5
CR LF: Invalid Record Length: expect 2, got 3 on line 7'
[ "$seen" = "$expected" ] || fail "csv-parse names other lines than 5 for LF and 7 for CR LF"
