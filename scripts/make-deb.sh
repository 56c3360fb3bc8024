#!/usr/bin/env bash
# scripts/make-deb.sh [FOLDER]
# Makes loadstep_VERSION_ARCH.deb in FOLDER (default: here) with debhelper, without root.
# Needs debhelper (apt-get install debhelper) and Node 20, which Debian 13 has and which better-sqlite3 12 is compiled against. With another
# Node it fetches 20 from the npm registry; unless GitHub has a prebuilt file, compiling needs python3, make and g++.
set -euo pipefail
repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
out=$(mkdir -p "${1:-.}" && cd "${1:-.}" && pwd)
command -v dh >/dev/null || { echo 'debhelper is missing: apt-get install debhelper' >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
arch=$(dpkg --print-architecture)
case $arch in
  amd64) cpu=x64 ;;
  arm64) cpu=arm64 ;;
  *) echo "better-sqlite3 13 has no native part for $arch" >&2; exit 2 ;;
esac

echo 'building the package: this may take some minutes' >&2
npm_cli=$(readlink -f "$(command -v npm)")
if [ "$(node -p 'process.versions.modules')" != 115 ]; then
  npm install --silent --no-save --prefix "$work/node" "node-linux-$cpu@20"
  export PATH=$work/node/node_modules/node-linux-$cpu/bin:$PATH
  export npm_config_nodedir=$work/node/node_modules/node-linux-$cpu
fi
npm() { node "$npm_cli" "$@"; }

# What a user installs, and nothing else of the checkout.
(cd "$repo" && npm pack --silent --pack-destination "$work" >/dev/null)
mkdir tree
tar --extract --file loadstep-*.tgz --strip-components 1 --directory tree
# Both drivers, since the Node that runs them may be newer than the one here; and without what only fetches or compiles them.
node -e '
  const { readFileSync, writeFileSync } = require("node:fs");
  const lock = JSON.parse(readFileSync(process.argv[1], "utf8"));
  const [twelve, thirteen] = ["better-sqlite3-12", "better-sqlite3"].map((name) => lock.packages[`node_modules/${name}`]);
  delete twelve.dependencies["prebuild-install"];
  delete thirteen.dependencies;
  delete thirteen.engines;
  writeFileSync("tree/package-lock.json", JSON.stringify(lock));
' "$repo/package-lock.json"
(cd tree && npm ci --silent --omit=dev --ignore-scripts)
driver=better-sqlite3-12/build/Release/better_sqlite3.node
if [ -e "$repo/node_modules/$driver" ] && [ -z "${npm_config_nodedir:-}" ]; then
  cp "$repo/node_modules/$driver" driver.node
else
  mkdir built
  (cd built && npm init --yes >/dev/null && npm install --silent better-sqlite3@12.11.1)
  cp built/node_modules/better-sqlite3/build/Release/better_sqlite3.node driver.node
fi
(
  cd tree/node_modules
  rm -rf better-sqlite3-12/{deps,src,binding.gyp} better-sqlite3/{deps,src,binding.gyp} .bin .package-lock.json ../package-lock.json
  install -D --mode=644 "$work/driver.node" "$driver"
  find better-sqlite3/prebuilds -type f ! -name "linux-$cpu.node" -delete
  # What koffi is compiled from, and its native part for another C library, which Debian's tools do not find.
  rm -rf koffi/{doc,lib,vendor} @koromix/koffi-linux-*/musl_*
  find koffi/src -type f ! -name '*.js' ! -name '*.cjs' -delete
  node -e 'require("koffi")'
  find . -type f \( -name '*.map' -o -name '*.ts' -o -name '*.cts' -o -name '*.mts' -o -name '*.html' -o -name '.*' \) -delete
)
# The Node of Debian, whatever else is in somebody's PATH.
sed -i '1s|.*|#!/usr/bin/node|' tree/dist/src/cli/main.cjs
mkdir completion etc
mv tree/dist/man man
for shell in bash zsh fish; do mv "tree/dist/completion/loadstep.$shell" "completion/loadstep.$shell"; done
mv completion/loadstep.bash completion/loadstep
mv completion/loadstep.zsh completion/_loadstep
rmdir tree/dist/completion

cp -r "$repo/packaging/debian" debian
mv debian/loadstep.yaml etc/
cp "$repo/docs/deploy/loadstep.logrotate" debian/
# The same unit, with the package's own user; what root added meanwhile is given to it.
sed -e '1d' -e 's|^DynamicUser=yes|User=loadstep\nGroup=loadstep|' \
  -e 's|^ExecStart=loadstep|ExecStartPre=-+/bin/chown -R loadstep:loadstep /var/lib/loadstep\nExecStart=/usr/bin/loadstep|' \
  -e '/^# Found in/d' "$repo/docs/deploy/loadstep.service" >debian/loadstep.service
version=$(node -p "require('./tree/package.json').version")
# The time of the commit, so that the same commit gives the same package.
date=$(git -C "$repo" log -1 --format=%ct 2>/dev/null || date +%s)
cat >debian/changelog <<END
loadstep ($version) unstable; urgency=medium

  * See /usr/lib/loadstep/CHANGELOG.md.

 -- The loadstep developers <developers@loadstep.invalid>  $(date -uR -d "@$date")
END
mkdir source
mv tree completion etc man debian source/
(cd source && dpkg-buildpackage --build=binary --no-sign --no-check-builddeps >"$work/log" 2>&1) || { cat "$work/log" >&2; exit 1; }
cp loadstep_*.deb "$out/"
ls -l "$out"/loadstep_*_"$arch".deb
