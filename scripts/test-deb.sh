#!/usr/bin/env bash
# scripts/test-deb.sh [PACKAGE]
# Installs the Debian package (made by make-deb.sh when none is given) in a fresh Debian 13, runs it there, removes and purges
# it. Needs root, mmdebstrap and a Debian mirror; takes one to three minutes. Exit code 77 where it cannot be tried.
set -euo pipefail
repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
skip() { echo "the Debian package was not tried: $*"; exit 77; }
[ "$(id -u)" -eq 0 ] || skip 'that needs root'
command -v mmdebstrap >/dev/null || skip 'mmdebstrap is missing (apt-get install mmdebstrap)'
[ $# -gt 0 ] || command -v dh >/dev/null || skip 'debhelper is missing (apt-get install debhelper)'

work=$(mktemp -d)
root=$work/debian
finish() {
  local code=$?
  for place in "$root/proc" "$root/dev/pts" "$root/dev"; do ! mountpoint -q "$place" || umount "$place"; done
  rm -rf --one-file-system "$work"
  exit "$code"
}
trap finish EXIT
say() { printf '\n== %s\n' "$*"; }
fail() { echo "FAILED: $*" >&2; exit 1; }

if [ $# -gt 0 ]; then
  package=$(readlink -f "$1")
else
  say 'make-deb.sh'
  "$repo/scripts/make-deb.sh" "$work/out"
  package=$(echo "$work"/out/loadstep_*.deb)
fi

say 'a fresh Debian 13'
# What the package depends on comes first, so that its installation needs no network: what it forgot would be missed.
mmdebstrap --quiet --variant=apt --include=nodejs,procps,systemd,man-db trixie "$root" >"$work/log" 2>&1 ||
  { tail -5 "$work/log"; skip 'no Debian could be made'; }
# man-db's pages and everybody's documentation are left out of images; ours are looked for.
rm -f "$root"/etc/dpkg/dpkg.cfg.d/*
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod +x "$root/usr/sbin/policy-rc.d"
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
mount --bind /dev/pts "$root/dev/pts"
cp "$package" "$root/tmp/loadstep.deb"
# in_debian COMMAND ...: runs without any network but a loopback of its own, so that port 69 is free.
in_debian() { unshare --net -- sh -c 'ip link set lo up 2>/dev/null; root=$1; shift; exec chroot "$root" env --ignore-environment PATH=/usr/sbin:/usr/bin LC_ALL=C HOME=/root "$@"' sh "$root" "$@"; }
as_service() { in_debian setpriv --reuid=loadstep --regid=loadstep --clear-groups --ambient-caps=+net_bind_service --inh-caps=+net_bind_service "$@"; }
in_debian node --version

say 'install'
in_debian env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet=2 --no-install-recommends --option=Dpkg::Use-Pty=0 /tmp/loadstep.deb
in_debian loadstep --version
in_debian getent passwd loadstep || fail 'the package made no user'
in_debian systemd-analyze verify loadstep.service || fail 'systemd does not like the unit'
[ ! -e "$root/etc/systemd/system/multi-user.target.wants/loadstep.service" ] || fail 'the service was enabled unasked'
in_debian man --where loadstep loadstep-serve loadstep-firmware-import
[ "$(in_debian bash -c 'source /usr/share/bash-completion/completions/loadstep; COMP_WORDS=(loadstep upg); COMP_CWORD=1; _loadstep; echo "${COMPREPLY[*]}"')" = upgrade ] ||
  fail 'bash completes nothing'

say 'the demo, with the Node of Debian'
as_service env HOME=/tmp loadstep emulate demo | tail -4

say 'the service, as its user, on port 69'
in_debian install -d -o loadstep -g loadstep /var/lib/loadstep
as_service env HOME=/nonexistent loadstep emulate firmware --out /var/lib/loadstep/firmware --release P0S3-08-11-00 >/dev/null
as_service loadstep serve --check-config --config /etc/loadstep.yaml
as_service loadstep serve --config /etc/loadstep.yaml --log-level info >"$work/serve" 2>&1 &
serving=$!
for _ in $(seq 60); do ! grep -q listening "$work/serve" || break; sleep 1; done
pid=$(sed 's/.*"pid":\([0-9]*\).*/\1/' "$root/var/lib/loadstep/loadstep.db.server.json") || true
[ -z "$pid" ] || kill -TERM "$pid"
code=0
wait "$serving" || code=$?
cat "$work/serve"
grep -q listening "$work/serve" || fail 'it does not listen'
! grep koffi "$work/serve" || fail 'files are not sent in batches: koffi does not work'
[ "$code" -eq 0 ] || fail "serve ended with $code"
[ -s "$root/var/lib/loadstep/loadstep.db" ] || fail 'there is no record'

say 'remove, then purge'
in_debian apt-get remove --yes --quiet=2 --option=Dpkg::Use-Pty=0 loadstep
[ ! -e "$root/usr/bin/loadstep" ] || fail 'remove left the command'
[ -s "$root/etc/loadstep.yaml" ] && [ -s "$root/var/lib/loadstep/loadstep.db" ] || fail 'remove took settings or record'
in_debian apt-get purge --yes --quiet=2 --option=Dpkg::Use-Pty=0 loadstep
left=$(cd "$root" && find etc usr var -path var/lib/dpkg -prune -o -name '*loadstep*' -print)
[ -z "$left" ] || fail "purge left $left"
echo
echo "The Debian package installs, runs, goes and leaves nothing."
