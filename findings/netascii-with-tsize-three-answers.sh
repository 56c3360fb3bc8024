#!/usr/bin/env bash
# A text-mode (netascii) TFTP read that asks for tsize gets three different answers from three servers, and curl can use only one.
#
# Guess (what RFC 2347 leads one to expect; the difference came up in a table of requests against all three): the size in netascii is not known
#   before the file is converted, so each server leaves tsize out of its answer (RFC 2347: an option that is not supported is passed over)
#   and sends the file.
# Seen: only dnsmasq does that. tftpd-hpa refuses the whole read with error 8; atftpd promises a size of 0 and would then send the file.
#   curl asks for tsize in every read, so `;mode=netascii` never works with tftpd-hpa (exit 42, the code for "aborted by callback") nor with
#   atftpd (exit 71), and works with both as soon as --tftp-no-options is given.
# Versions: curl 7.88.1-10+deb12u15, tftpd-hpa 5.2+20150808-1.4, atftpd 0.8.0-3, dnsmasq 2.90-4~deb12u2 (Debian 12).
# Output seen:
#   127.0.0.2: curl 42, without options 0
#   127.0.0.3: curl 71, without options 0
#   127.0.0.4: curl 0, without options 0
# Why it matters: whether a client that reads its text configuration in netascii is served depends on an option that should be harmless. A
#   server has to drop tsize in netascii: refusing costs the file, and a size of 0 is a wrong promise.
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
printf 'one\ntwo\n' > files/lines.txt
chmod 644 files/lines.txt
root/usr/sbin/in.tftpd -L -4 -a 127.0.0.2:69 -s "$PWD/files" &
root/usr/sbin/atftpd --daemon --no-fork --user root --group root --bind-address 127.0.0.3 --logfile "$PWD/atftpd.log" "$PWD/files" &
root/usr/sbin/dnsmasq --keep-in-foreground --conf-file=/dev/null --pid-file= --log-facility="$PWD/dnsmasq.log" --user=root --group=root \
  --port=0 --listen-address=127.0.0.4 --bind-interfaces --enable-tftp --tftp-root="$PWD/files" &
listening() { for _ in $(seq 100); do [ "$(ss -Huln "sport = :69" | wc -l)" -ge "$1" ] && return; sleep 0.1; done; echo "cannot be checked: a server did not start" >&2; exit 2; }
listening 3
root/usr/bin/curl -V > curl.log 2>&1 || { echo "cannot be checked: curl's own libraries are not installed" >&2; exit 2; }
while read -r server expected; do
  with=0 without=0
  root/usr/bin/curl -q -s --max-time 20 -o got "tftp://$server/lines.txt;mode=netascii" || with=$?
  root/usr/bin/curl -q -s --max-time 20 --tftp-no-options -o got "tftp://$server/lines.txt;mode=netascii" || without=$?
  echo "$server: curl $with, without options $without"
  [ "$with" = "$expected" ] || fail "curl ended with $with on a netascii read from $server, expected $expected"
  [ "$without" = 0 ] || fail "curl without options ended with $without on a netascii read from $server, expected 0"
  [ "$(cat got)" = $'one\r\ntwo\r' ] || fail "$server did not send the two lines with CR LF"
done << 'END'
127.0.0.2 42
127.0.0.3 71
127.0.0.4 0
END
