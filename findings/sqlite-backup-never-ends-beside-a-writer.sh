#!/usr/bin/env bash
# SQLite's online backup of 200 MB never ends while another program commits ten times a second; VACUUM INTO beside the same writer does.
#
# Guess, written down before it was run: an online backup is made for databases in use: in WAL mode it reads one snapshot, a writer slows it a
#   little, and the shell's .backup and VACUUM INTO differ in the size of what they write only.
# Seen: .backup of the sqlite3 shell and backup() of better-sqlite3 copy a hundred pages at a time and hold no snapshot in between. A commit of
#   another connection sets them back to the first page, without a word. Beside ten commits a second of a single row (three were enough for
#   the shell) neither came to an end; with one a second both did. VACUUM INTO is one read transaction, and takes as long as without the writer.
# Versions: sqlite3 3.40.1-2+deb12u2 (Debian 12), better-sqlite3 12.11.1 (SQLite 3.53.2). node:sqlite of Node 24.11.0 did the same, which is not run here.
# Output seen:
#   alone: shell over, better-sqlite3 over 0 steps back
#   10 commits a second: shell ends with 124 (124: after 15 s), better-sqlite3 not over more than 50 steps back, VACUUM INTO over
# Why it matters: a server that records each question of its phones commits like this whenever a shelf of them boots. The nightly backup hangs, or is
#   ended by its own time limit and leaves a file that is no database, and nothing is wrong with either program: SQLite documents the restart in a
#   paragraph of its C interface. A progress bar goes to half and back.
# Needs npm and node 20 or later, apt-get download on Debian 12 (amd64), 1 GB in the temporary folder.
set -euo pipefail
dir=$(mktemp -d)
writer=''
trap '[ -z "$writer" ] || kill "$writer" 2> kill.log || true; rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true}' > package.json
fail() { echo "changed: $1" >&2; exit 1; }
gone() { cat "$1" >&2; echo "cannot be checked: the pinned packages are not to be had" >&2; exit 2; }
npm install --silent --no-audit --no-fund better-sqlite3@12.11.1 > npm.log 2>&1 || gone npm.log
{ apt-get download -qq sqlite3=3.40.1-2+deb12u2 libsqlite3-0=3.40.1-2+deb12u2 libreadline8=8.2-1.3 && for deb in ./*.deb; do dpkg -x "$deb" root; done; } > apt.log 2>&1 || gone apt.log
shell() { LD_LIBRARY_PATH="$dir/root/usr/lib/x86_64-linux-gnu:$dir/root/lib/x86_64-linux-gnu" timeout "$1" root/usr/bin/sqlite3 record.db "$2"; }

cat > make.js << 'END_OF_CODE'
const db = new (require('better-sqlite3'))('record.db');
db.pragma('journal_mode = WAL');
db.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, row BLOB)');
db.exec('WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) INSERT INTO t (row) SELECT randomblob(1000) FROM n');
db.close();
END_OF_CODE
cat > write.js << 'END_OF_CODE'
const insert = new (require('better-sqlite3'))('record.db').prepare('INSERT INTO t (row) VALUES (randomblob(150))');
setInterval(() => insert.run(), 100);
END_OF_CODE
cat > backup.js << 'END_OF_CODE'
const db = new (require('better-sqlite3'))('record.db');
let left = Infinity;
let back = 0;
const told = (text) => (console.log(`${text} ${back > 50 ? 'more than 50' : back}`), process.exit());
setTimeout(() => told('not over'), 15000);
const progress = ({ remainingPages }) => {
  if (remainingPages > left) back += 1;
  left = remainingPages;
  return 100;
};
db.backup('copy.db', { progress }).then(() => told('over'));
END_OF_CODE

node make.js
shell 60 '.backup alone.db' || fail "the shell's backup without a writer"
alone=$(node backup.js)
echo "alone: shell over, better-sqlite3 $alone steps back"
[ "$alone" = 'over 0' ] || fail "better-sqlite3 without a writer: $alone"
rm -f alone.db* copy.db*

node write.js & writer=$!
sleep 1
code=0
shell 15 '.backup copy.db' || code=$?
rm -f copy.db*
beside=$(node backup.js)
shell 60 "VACUUM INTO 'vacuumed.db'" && vacuum=over || vacuum="not over ($?)"
echo "10 commits a second: shell ends with $code (124: after 15 s), better-sqlite3 $beside steps back, VACUUM INTO $vacuum"
[ "$code" = 124 ] || fail "the shell's backup beside a writer ended with $code"
[ "$beside" = 'not over more than 50' ] || fail "better-sqlite3 beside a writer: $beside"
[ "$vacuum" = over ] || fail "VACUUM INTO beside a writer"
