#!/usr/bin/env bash
# dnsmasq sends option 66 twice, with two names, where dhcp-boot names a server and dhcp-option=66 another; dhclient makes one name of them.
#
# Guess, written down before it was run: the offer holds option 66 once, with the name of dhcp-boot (so a first client had read it), and
#   all clients read the same.
# Seen: the answer holds option 66 two times, first the name of dhcp-boot, then the one of dhcp-option. udhcpc reads the first. dhclient joins
#   them, as RFC 3396 has it, into a name that nobody configured. That the dhcp-option has a tag and the dhcp-boot none changes nothing. With
#   a dhcp-boot of the same tag and no server name in it the option comes once.
# Versions: dnsmasq 2.90-4~deb12u2, busybox 1:1.35.0-4+deb12u1+b1 (udhcpc), isc-dhcp-client 4.4.3-P1-2 (Debian 12).
# Output seen:
#   dhcp-boot for all: dnsmasq's log of the answer has 66 old.example, 66 new.example
#   dhcp-boot for all: udhcpc reads old.example
#   dhcp-boot for all: dhclient reads old.examplenew.example
#   with a dhcp-boot of the tag: dnsmasq's log of the answer has 66 new.example
#   with a dhcp-boot of the tag: udhcpc reads new.example
#   with a dhcp-boot of the tag: dhclient reads new.example
# Why it matters: a dhcp-boot for computers that boot from the network is often there before someone adds an option 66 for phones. Which
#   server a phone then asks depends on how its maker reads an option that comes twice, and a look at the offer with one client proves nothing
#   for another. A reader that joins the pieces finds two names, with a zero byte between them.
# Needs root (network namespaces), Debian 12 on amd64, ip, nsenter.
set -euo pipefail
here=$(realpath "$0")
if [ "${1:-}" != inside ]; then
  dir=$(mktemp -d)
  trap 'rm -rf "$dir"' EXIT
  chmod 755 "$dir"
  cd "$dir"
  apt-get download -qq dnsmasq-base=2.90-4~deb12u2 busybox=1:1.35.0-4+deb12u1+b1 isc-dhcp-client=4.4.3-P1-2 \
    2> apt.log || { cat apt.log >&2; echo "cannot be checked: the pinned packages are not to be had" >&2; exit 2; }
  for deb in ./*.deb; do dpkg -x "$deb" root; done
  unshare --net --pid --fork --kill-child --mount-proc bash "$here" inside "$dir"
  exit
fi
cd "$2"
fail() { echo "changed: $1" >&2; exit 1; }
# Two namespaces: dnsmasq here, and the clients in the other one.
ip link set lo up
ip link add out0 type veth peer name out1
ip addr add 198.51.100.2/24 dev out0
ip link set out0 up
unshare --net sleep 120 &
clients=$!
for _ in $(seq 50); do [ "$(readlink /proc/self/ns/net)" != "$(readlink /proc/$clients/ns/net)" ] && break; sleep 0.1; done
ip link set out1 netns "$clients"
nsenter --target "$clients" --net ip link set out1 up
# Both clients hand what they read to a script.
cat > told.sh << 'END'
#!/bin/sh
case "${1:-$reason}" in bound|BOUND) echo "${tftp:-${new_tftp_server_name:-nothing}}" > told.new; mv told.new told ;; esac
END
chmod 755 told.sh
cat > dhclient.conf << 'END'
send vendor-class-identifier "phone";
request subnet-mask, tftp-server-name;
END
udhcpc() { root/bin/busybox udhcpc -i out1 -f -q -n -t 20 -T 1 -V phone -O tftp -s "$PWD/told.sh"; }
dhclient() {
  rm -f dhclient.leases
  root/sbin/dhclient -1 -d -cf dhclient.conf -sf "$PWD/told.sh" -lf "$PWD/dhclient.leases" -pf "$PWD/dhclient.pid" out1 &
  for _ in $(seq 200); do [ -s told ] && break; sleep 0.1; done
  kill $!
  wait $! || [ -s told ]
}
export -f udhcpc dhclient
while IFS='|' read -r about line; do
  # shellcheck disable=SC2086
  root/usr/sbin/dnsmasq --keep-in-foreground --conf-file=/dev/null --pid-file= --log-facility="$PWD/dnsmasq.log" --log-dhcp --user=root --group=root \
    --port=0 --interface=out0 --bind-interfaces --no-ping --dhcp-leasefile="$PWD/leases" --dhcp-range=198.51.100.50,198.51.100.60 \
    --dhcp-boot=boot.bin,old.example,192.0.2.1 --dhcp-vendorclass=set:phone,phone --dhcp-option=tag:phone,66,new.example $line &
  server=$!
  for client in udhcpc dhclient; do
    rm -f told
    : > dnsmasq.log
    nsenter --target "$clients" --net bash -c "$client" < /dev/null > client.log 2>&1 || { cat client.log >&2; fail "$client was given no address"; }
    [ "$client" = dhclient ] || echo "$about: dnsmasq's log of the answer has $(sed '1,/DHCPACK/d' dnsmasq.log | sed -n 's/.* sent size: .*option: 66 tftp-server  /66 /p' | paste -sd, | sed 's/,/, /g')"
    echo "$about: $client reads $(cat told)"
  done
  kill "$server"
  wait "$server" || true
done > seen << 'END'
dhcp-boot for all|
with a dhcp-boot of the tag|--dhcp-boot=tag:phone,boot.bin,,192.0.2.2
END
cat seen
cat > expected << 'END'
dhcp-boot for all: dnsmasq's log of the answer has 66 old.example, 66 new.example
dhcp-boot for all: udhcpc reads old.example
dhcp-boot for all: dhclient reads old.examplenew.example
with a dhcp-boot of the tag: dnsmasq's log of the answer has 66 new.example
with a dhcp-boot of the tag: udhcpc reads new.example
with a dhcp-boot of the tag: dhclient reads new.example
END
cmp -s seen expected || fail "dnsmasq sends option 66 otherwise, or a client reads it otherwise"
