#!/usr/bin/env bash
# nmap -sU -p 69 says "open|filtered, no-response" of a TFTP server that has just answered it, as of a port behind a firewall that drops everything.
#
# Guess, written down before it was run: nmap sends a TFTP request to port 69, gets an answer, and says "open"; "open|filtered" is for ports that stay silent.
# Seen: it does send a read request (for r7tftp.txt), and the server answers at once, from a new port, as RFC 1350 asks. nmap waits for an answer
#   from port 69, throws this one away, and the kernel tells the server "port unreachable". The words are those for a port whose packets are
#   dropped; only a closed port is told apart.
# Versions: nmap 7.93+dfsg1-1 against tftpd-hpa 5.2+20150808-1.4 and dnsmasq 2.90-4~deb12u2 (Debian 12).
# Output seen (what nmap says, and how many answers to its read request came back to its machine):
#   tftpd-hpa: open|filtered no-response, answered
#   dnsmasq: open|filtered no-response, answered
#   dropped: open|filtered no-response, not answered
#   closed: closed port-unreach, not answered
# Why it matters: "is the TFTP server to be reached from the phones' network" is asked with just this command, and the answer is the same whether it
#   is or not. In the server's log the check leaves requests for a file that no phone asks for. What tells is a real read (curl, tftp).
# Needs root (network namespaces), Debian 12 on amd64, ip, nsenter, nft, ss, node.
set -euo pipefail
here=$(realpath "$0")
if [ "${1:-}" != inside ]; then
  dir=$(mktemp -d)
  trap 'rm -rf "$dir"' EXIT
  chmod 755 "$dir"
  cd "$dir"
  apt-get download -qq nmap=7.93+dfsg1-1 nmap-common=7.93+dfsg1-1 lua-lpeg=1.0.2-2 liblua5.3-0=5.3.6-2 libssh2-1=1.10.0-3+deb12u1 libblas3=3.11.0-2 \
    liblinear4=2.3.0+dfsg-5 libpcap0.8=1.10.3-1 tftpd-hpa=5.2+20150808-1.4 libwrap0=7.6.q-32 dnsmasq-base=2.90-4~deb12u2 \
    2> apt.log || { cat apt.log >&2; echo "cannot be checked: the pinned packages are not to be had" >&2; exit 2; }
  for deb in ./*.deb; do dpkg -x "$deb" root; done
  unshare --net --pid --fork --kill-child --mount-proc bash "$here" inside "$dir"
  exit
fi
cd "$2"
fail() { echo "changed: $1" >&2; exit 1; }
libraries=$PWD/root/usr/lib/x86_64-linux-gnu
export LD_LIBRARY_PATH="$libraries:$libraries/blas:$PWD/root/lib/x86_64-linux-gnu"
export NMAPDIR="$PWD/root/usr/share/nmap"
root/usr/bin/nmap --version > nmap.log 2>&1 || { cat nmap.log >&2; echo "cannot be checked: nmap's own libraries are not installed" >&2; exit 2; }
ip link set lo up
ip link add out0 type veth peer name out1
for last in 1 2 3 4; do ip addr add "192.0.2.$last/24" dev out0; done
ip link set out0 up
unshare --net sleep 120 &
other=$!
for _ in $(seq 50); do [ "$(readlink /proc/self/ns/net)" != "$(readlink /proc/$other/ns/net)" ] && break; sleep 0.1; done
ip link set out1 netns "$other"
there() { nsenter --target "$other" --net "$@"; }
there sh -c 'ip addr add 192.0.2.50/24 dev out1; ip link set out1 up; ip link set lo up'
nft 'add table ip t; add chain ip t i { type filter hook input priority 0; }; add rule ip t i ip daddr 192.0.2.3 udp dport 69 drop'
# Counts, on nmap's machine, the TFTP errors "file not found" that came to it, by the server's address.
there nft 'add table ip t; add chain ip t i { type filter hook input priority 0; }
  add rule ip t i ip saddr 192.0.2.1 udp sport != 69 @th,64,32 0x00050001 counter
  add rule ip t i ip saddr 192.0.2.2 udp sport != 69 @th,64,32 0x00050001 counter
  add rule ip t i ip saddr 192.0.2.3 udp sport != 69 @th,64,32 0x00050001 counter
  add rule ip t i ip saddr 192.0.2.4 udp sport != 69 @th,64,32 0x00050001 counter'
mkdir -m 755 files
root/usr/sbin/in.tftpd -L -4 -a 192.0.2.1:69 -s "$PWD/files" &
root/usr/sbin/dnsmasq --keep-in-foreground --conf-file=/dev/null --pid-file= --log-facility="$PWD/dnsmasq.log" --user=root --group=root \
  --port=0 --listen-address=192.0.2.2 --bind-interfaces --enable-tftp --tftp-root="$PWD/files" &
for _ in $(seq 100); do [ "$(ss -Huln 'sport = :69' | wc -l)" -ge 2 ] && break; sleep 0.1; done
while IFS='|' read -r about address expected_port expected_reason expected_answer; do
  line=$(there root/usr/bin/nmap -n -Pn -sU -p 69 --reason "$address" | grep '^69/udp' | tr -s ' ')
  port=$(cut -d' ' -f2 <<< "$line")
  reason=$(cut -d' ' -f4 <<< "$line")
  answered='not answered'
  there nft list chain ip t i | grep "saddr $address " | grep -q 'packets 0 ' || answered=answered
  echo "$about: $port $reason, $answered"
  [ "$port $reason, $answered" = "$(tr + '|' <<< "$expected_port") $expected_reason, $expected_answer" ] || fail "nmap says $port $reason of $about ($answered)"
done << 'END'
tftpd-hpa|192.0.2.1|open+filtered|no-response|answered
dnsmasq|192.0.2.2|open+filtered|no-response|answered
dropped|192.0.2.3|open+filtered|no-response|not answered
closed|192.0.2.4|closed|port-unreach|not answered
END
