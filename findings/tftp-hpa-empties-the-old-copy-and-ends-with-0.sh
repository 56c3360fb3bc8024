#!/usr/bin/env bash
# A read that the server refuses: tftp-hpa ends with status 0, and it and atftp leave an empty file where the good copy of before lay.
#
# Guess, written down before it was run: a client that is told "file not found" ends with a status other than 0, makes no file, and leaves an older
#   local copy as it was; the file is opened when the first block is there.
# Seen: busybox and curl do that. tftp-hpa and atftp open (and so empty) the local file before they ask: after a refusal, and where no server
#   answers, there is an empty file. And tftp-hpa in the form `tftp HOST -c get FILE COPY` calls a refusal a success; only silence is none (69).
# Versions: tftp-hpa 5.2+20150808-1.4, atftp 0.8.0-3, busybox 1.35.0-4+deb12u1+b1, curl 7.88.1-10+deb12u15 against tftpd-hpa 5.2+20150808-1.4
#   (Debian 12). Once by hand, not checked here: tftp-hpa 7.3 of 2026 ends with 76 and leaves an empty file all the same.
# Output seen (the local copy held 4 bytes before):
#   tftp-hpa: refused 0, copy of 0 bytes; nobody there 69, copy of 0 bytes
#   atftp: refused 255, copy of 0 bytes; nobody there 255, copy of 0 bytes
#   busybox: refused 1, copy of 4 bytes; nobody there 1, copy of 4 bytes
#   curl: refused 68, copy of 4 bytes; nobody there 28, copy of 4 bytes
# Why it matters: scripts fetch a phone's configuration to keep it before they change it, and smoke tests ask a TFTP server with what the
#   distribution calls "tftp". The test is green on a server that has not one file, and the second run of the backup, made while the server is
#   down, empties what the first one kept. Fetch under another name, and judge by the file and not by the status.
# Needs root (a network namespace), Debian 12 on amd64, ip, ss.
set -euo pipefail
here=$(realpath "$0")
if [ "${1:-}" != inside ]; then
  dir=$(mktemp -d)
  trap 'rm -rf "$dir"' EXIT
  chmod 755 "$dir"
  cd "$dir"
  apt-get download -qq tftp-hpa=5.2+20150808-1.4 atftp=0.8.0-3 busybox=1:1.35.0-4+deb12u1+b1 curl=7.88.1-10+deb12u15 libcurl4=7.88.1-10+deb12u15 \
    tftpd-hpa=5.2+20150808-1.4 libwrap0=7.6.q-32 2> apt.log || { cat apt.log >&2; echo "cannot be checked: the pinned packages are not to be had" >&2; exit 2; }
  for deb in ./*.deb; do dpkg -x "$deb" root; done
  unshare --net --pid --fork --kill-child bash "$here" inside "$dir"
  exit
fi
cd "$2"
fail() { echo "changed: $1" >&2; exit 1; }
export LD_LIBRARY_PATH="$PWD/root/usr/lib/x86_64-linux-gnu:$PWD/root/lib/x86_64-linux-gnu"
bin=$PWD/root/usr/bin
$bin/curl -V > curl.log 2>&1 || { echo "cannot be checked: curl's own libraries are not installed" >&2; exit 2; }
# The second interface is there because in.tftpd ends with status 66 where loopback is the only one.
ip link set lo up
ip link add out0 type veth peer name out1
ip addr add 192.0.2.1/24 dev out0
ip link set out0 up
mkdir -m 755 files
root/usr/sbin/in.tftpd -L -4 -a 127.0.0.2:69 -s "$PWD/files" &
for _ in $(seq 100); do [ -n "$(ss -Huln 'sport = :69')" ] && break; sleep 0.1; done
# Where nobody answers: silence, and not the ICMP message of a closed port.
ip link set out1 up
nobody=192.0.2.77
ip neigh add "$nobody" lladdr 02:00:00:00:00:77 dev out0
read_one() {
  case $1 in
    tftp-hpa) timeout 60 "$bin/tftp" -4 "$2" -m octet -c get none.cnf copy ;;
    atftp) timeout 60 "$bin/atftp" --option 'timeout 1' --get -r none.cnf -l copy "$2" ;;
    busybox) timeout 60 root/bin/busybox tftp -g -r none.cnf -l copy "$2" ;;
    curl) "$bin/curl" -q -s --max-time 10 -o copy "tftp://$2/none.cnf" ;;
  esac
}
while IFS='|' read -r client expected; do
  seen=
  for host in 127.0.0.2 "$nobody"; do
    echo old > copy
    status=0
    read_one "$client" "$host" > "$client.log" 2>&1 < /dev/null || status=$?
    seen+="${seen:+; nobody there }$status, copy of $(stat -c %s copy) bytes"
  done
  echo "$client: refused $seen"
  [ "$seen" = "$expected" ] || fail "$client, refused: $seen"
done << 'END'
tftp-hpa|0, copy of 0 bytes; nobody there 69, copy of 0 bytes
atftp|255, copy of 0 bytes; nobody there 255, copy of 0 bytes
busybox|1, copy of 4 bytes; nobody there 1, copy of 4 bytes
curl|68, copy of 4 bytes; nobody there 28, copy of 4 bytes
END
