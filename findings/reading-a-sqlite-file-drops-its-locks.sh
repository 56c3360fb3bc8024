#!/usr/bin/env bash
# A program that reads the file of its own open SQLite database with fs.readFile lets a visitor delete the write-ahead log under it.
#
# Guess, written down before it was run: reading is harmless; at worst the copy is torn. SQLite's locks belong to its connection.
# Seen: POSIX takes all locks of a process on a file away when the process closes any descriptor of it, and Node closes the one it has read by. In
#   WAL mode the next program that looks at the database and closes it believes that it was the last one and deletes the log. The first program
#   goes on, its commits succeed, it reads its own rows, and nobody else sees them until it closes the database. In rollback mode a
#   visitor writes in the middle of the first program's transaction, whose COMMIT then fails with "disk I/O error".
# Version: node:sqlite of Node 24.11.0 (npm package node), on Linux. The rule is POSIX's; better-sqlite3 and others stand on the same SQLite.
# Output seen:
#   wal, not read: log is there, visitor sees 2 of 2
#   wal, file was read: log is gone, visitor sees 1 of 2
#   delete, not read: visitor: database is locked, commit: ok
#   delete, file was read: visitor: written, commit: disk I/O error
# Why it matters: a TFTP server that gives files of a tree in which its own record lies, a copy for a backup, a checksum, a look at the first
#   sixteen bytes to tell what a file is: each is such a read, and nothing goes wrong until a second program (a status command beside
#   the server) comes and goes. From then on status shows an old world while the server records. With a power cut the rows are gone.
#   SQLite's own "How To Corrupt" names the rule (2.2); the quiet form that WAL gives it is easy to miss.
# Needs npm and a Node to run it with, Linux.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true}' > package.json
npm install --silent --no-audit --no-fund node@24.11.0 > npm.log 2>&1 || { cat npm.log >&2; echo "cannot be checked: the pinned package is not to be had" >&2; exit 2; }
fail() { echo "changed: $1" >&2; exit 1; }
cat > read.mjs << 'END'
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
const [mode, isRead] = process.argv.slice(2);
const name = `${mode}-${isRead}.db`;
const db = new DatabaseSync(name);
db.exec(`PRAGMA journal_mode=${mode}; CREATE TABLE t (a); INSERT INTO t VALUES (1)`);
const visit = (work) => {
  const code = `const { DatabaseSync } = require('node:sqlite'); const db = new DatabaseSync('${name}');
    try { ${work} } catch (error) { console.log(error.message); } db.close();`;
  return spawnSync(process.execPath, ['--no-warnings', '-e', code], { encoding: 'utf8' }).stdout.trim();
};
const rows = "console.log(db.prepare('SELECT count(*) AS n FROM t').get().n)";
const tried = (work) => {
  try {
    db.exec(work);
    return 'ok';
  } catch (error) {
    return error.message;
  }
};
if (mode === 'delete') db.exec('BEGIN IMMEDIATE; INSERT INTO t VALUES (2)');
if (isRead === 'read') readFileSync(name);
const how = `${mode}, ${isRead === 'read' ? 'file was read' : 'not read'}`;
if (mode === 'delete') {
  console.log(`${how}: visitor: ${visit("db.exec('INSERT INTO t VALUES (3)'); console.log('written')")}, commit: ${tried('COMMIT')}`);
} else {
  visit(rows);
  const log = existsSync(`${name}-wal`) ? 'there' : 'gone';
  db.exec('INSERT INTO t VALUES (2)');
  console.log(`${how}: log is ${log}, visitor sees ${visit(rows)} of ${db.prepare('SELECT count(*) AS n FROM t').get().n}`);
}
END
seen=$(for mode in wal delete; do for read in no read; do ./node_modules/.bin/node --no-warnings read.mjs "$mode" "$read"; done; done)
echo "$seen"
expected='wal, not read: log is there, visitor sees 2 of 2
wal, file was read: log is gone, visitor sees 1 of 2
delete, not read: visitor: database is locked, commit: ok
delete, file was read: visitor: written, commit: disk I/O error'
[ "$seen" = "$expected" ] || fail "what a read of an open database's file does to it"
