#!/usr/bin/env bash
# node:sqlite of Node 22 reads a text only to its first zero byte, and says nothing; that of Node 24.21 and better-sqlite3 read it whole.
#
# Guess (what SQLite's own documents lead one to expect: sqlite3_column_bytes gives the length; that it is otherwise came up when one set of
#   properties was run on two drivers): a JavaScript string comes back as it was stored, in each release that has the module.
# Seen: the text is stored whole, with its zero byte; Node 22.23.3 gives back what stands before it. A comparison inside SQL still finds the
#   row by the whole text, so the program looks up one name and is shown another. Node 24.21.0 and better-sqlite3 13.0.2 give it back whole.
# Versions: Node 22.23.3 and 24.21.0 (npm package node), better-sqlite3 13.0.2 on Node 24.21.0.
# Output seen:
#   node:sqlite of 22.23.3: 14 bytes stored, 7 characters read, found by the whole text
#   node:sqlite of 24.21.0: 14 bytes stored, 14 characters read, found by the whole text
#   better-sqlite3: 14 bytes stored, 14 characters read, found by the whole text
# Why it matters: what devices say of themselves is recorded as text, and the vendor class of DHCP comes with a zero byte at its end from
#   some of them. Two different names become one on the way out of the record, and only on one line of Node that is still maintained. Who
#   takes the built-in module for better-sqlite3 has to refuse it below that release, or to store such texts as blobs.
# Needs node and npm; Linux on x64 or arm64.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
fail() { echo "changed: $1" >&2; exit 1; }
unavailable() { cat npm.log >&2; echo "cannot be checked: the pinned packages are not to be had" >&2; exit 2; }
mkdir 22 24
echo '{"private":true}' | tee 22/package.json > 24/package.json
npm install --prefix 22 --silent --no-audit --no-fund node@22.23.3 > npm.log 2>&1 || unavailable
npm install --prefix 24 --silent --no-audit --no-fund node@24.21.0 > npm.log 2>&1 || unavailable
npm install --prefix 24 --silent --no-audit --no-fund --ignore-scripts better-sqlite3@13.0.2 >> npm.log 2>&1 || unavailable
cat > 24/text.cjs << 'END'
const [, , driver] = process.argv;
const Database = driver === 'builtin' ? require('node:sqlite').DatabaseSync : require('better-sqlite3');
const name = 'phone-1\0second';
const db = new Database(':memory:');
db.exec('CREATE TABLE names (name TEXT)');
db.prepare('INSERT INTO names VALUES (?)').run(name);
const row = db.prepare('SELECT name, length(CAST(name AS BLOB)) AS bytes FROM names').get();
const found = db.prepare('SELECT count(*) AS rows FROM names WHERE name = ?').get(name).rows === 1;
console.log(`${row.bytes} bytes stored, ${row.name.length} characters read, ${found ? '' : 'not '}found by the whole text`);
END
seen="node:sqlite of 22.23.3: $(22/node_modules/.bin/node --no-warnings 24/text.cjs builtin)
node:sqlite of 24.21.0: $(24/node_modules/.bin/node --no-warnings 24/text.cjs builtin)
better-sqlite3: $(24/node_modules/.bin/node --no-warnings 24/text.cjs better)"
echo "$seen"
expected='node:sqlite of 22.23.3: 14 bytes stored, 7 characters read, found by the whole text
node:sqlite of 24.21.0: 14 bytes stored, 14 characters read, found by the whole text
better-sqlite3: 14 bytes stored, 14 characters read, found by the whole text'
[ "$seen" = "$expected" ] || fail "node:sqlite reads a text with a zero byte otherwise"
