#!/usr/bin/env bash
# curl cannot fetch an empty file from a TFTP server that knows the option tsize.
#
# Guess, written down before it was run: exit 0 and an empty output, as tftp-hpa, atftp and busybox tftp have it.
# Seen: exit 71 (CURLE_TFTP_ILLEGAL). curl always asks for tsize, the server truthfully answers "tsize 0", and curl takes a size of zero to be
#   a broken option. With --tftp-no-options the same file from the same server is fetched with exit 0.
# Versions: curl 7.88.1-10+deb12u15 against tftpd-hpa 5.2+20150808-1.4, atftpd 0.8.0-3 and dnsmasq 2.90-4~deb12u2 (Debian 12).
# Output seen:
#   127.0.0.2: curl 71, without options 0
#   127.0.0.3: curl 71, without options 0
#   127.0.0.4: curl 71, without options 0
# Why it matters: an empty file is a legitimate thing to serve (a placeholder, a list with nothing in it). A smoke test written with curl
#   reports that healthy server as broken; and a server that wants to please curl must leave tsize out for size 0, although RFC 2349 lets it
#   say so.
# Needs root (a network namespace), Debian 12 on amd64, ip, ss.
set -euo pipefail
here=$(realpath "$0")
if [ "${1:-}" != inside ]; then
  dir=$(mktemp -d)
  trap 'rm -rf "$dir"' EXIT
  chmod 755 "$dir"
  cd "$dir"
  apt-get download -qq curl=7.88.1-10+deb12u15 libcurl4=7.88.1-10+deb12u15 tftpd-hpa=5.2+20150808-1.4 libwrap0=7.6.q-32 atftpd=0.8.0-3 dnsmasq-base=2.90-4~deb12u2 2> apt.log || { cat apt.log >&2; echo "cannot be checked: the pinned packages are not to be had" >&2; exit 2; }
  for deb in ./*.deb; do dpkg -x "$deb" root; done
  unshare --net --pid --fork --kill-child bash "$here" inside "$dir"
  exit
fi
cd "$2"
fail() { echo "changed: $1" >&2; exit 1; }
export LD_LIBRARY_PATH="$PWD/root/usr/lib/x86_64-linux-gnu:$PWD/root/lib/x86_64-linux-gnu"
# The servers live in a network namespace of their own. Its second interface is there because in.tftpd ends with status 66 where
# loopback is the only one.
ip link set lo up
ip link add out0 type veth peer name out1
ip addr add 192.0.2.1/24 dev out0
ip link set out0 up
mkdir -m 755 files
: > files/empty.tlv
chmod 644 files/empty.tlv
root/usr/sbin/in.tftpd -L -4 -a 127.0.0.2:69 -s "$PWD/files" &
root/usr/sbin/atftpd --daemon --no-fork --user root --group root --bind-address 127.0.0.3 --logfile "$PWD/atftpd.log" "$PWD/files" &
root/usr/sbin/dnsmasq --keep-in-foreground --conf-file=/dev/null --pid-file= --log-facility="$PWD/dnsmasq.log" --user=root --group=root \
  --port=0 --listen-address=127.0.0.4 --bind-interfaces --enable-tftp --tftp-root="$PWD/files" &
listening() { for _ in $(seq 100); do [ "$(ss -Huln "sport = :69" | wc -l)" -ge "$1" ] && return; sleep 0.1; done; echo "cannot be checked: a server did not start" >&2; exit 2; }
listening 3
root/usr/bin/curl -V > curl.log 2>&1 || { echo "cannot be checked: curl's own libraries are not installed" >&2; exit 2; }
for server in 127.0.0.2 127.0.0.3 127.0.0.4; do
  with=0 without=0
  root/usr/bin/curl -q -s --max-time 20 -o got "tftp://$server/empty.tlv" || with=$?
  root/usr/bin/curl -q -s --max-time 20 --tftp-no-options -o got "tftp://$server/empty.tlv" || without=$?
  echo "$server: curl $with, without options $without"
  [ "$with" = 71 ] || fail "curl ended with $with on the empty file of $server, expected 71"
  [ "$without" = 0 ] || fail "curl without options ended with $without on the empty file of $server, expected 0"
done
