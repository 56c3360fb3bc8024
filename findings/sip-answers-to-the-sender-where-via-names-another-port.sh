#!/usr/bin/env bash
# A SIP request without rport, sent from another port than its Via names: sipp, the npm package sip and Kamailio with its own example configuration answer
# to the sender's port. Kamailio's core alone answers where Via says.
#
# Guess, written down before it was run: all answer to the port in Via, as RFC 3261 18.2.2 has it where no rport (RFC 3581) was asked for; what
#   breaks with this is called NAT in Kamailio, and is off unless WITH_NAT is defined.
# Seen: the example configuration calls force_rport() for every request, outside of all that WITH_NAT guards. sipp as a server and sip look at the
#   sender alone. Kamailio's registrar by itself follows Via.
# Versions: kamailio 5.6.3-2, sip-tester 1:3.6.1-1+b2 (Debian 12), sip 0.0.6 (npm). The example of kamailio 6.1.5-1 has the same line (read, not run).
# Output seen (the socket at which the client hears "200 OK" to its REGISTER):
#   kamailio, core and registrar: via
#   kamailio, example configuration: sender
#   sipp: sender
#   sip: sender
# Why it matters: Cisco's 79xx on UDP send each request from a new port and listen at the one in Via alone, so that they show "Registering" for ever at
#   all but the first of these. A softphone beside them works, since it sends and listens at one port. And a bench that stands in for the PBX with
#   sipp fails with phones that are right, or, with emulated phones that are wrong in the same way, passes.
# Needs root (namespaces), Debian 12 on amd64, ip, ss, node, npm.
set -euo pipefail
here=$(realpath "$0")
if [ "${1:-}" != inside ]; then
  dir=$(mktemp -d)
  trap 'rm -rf "$dir"' EXIT
  chmod 755 "$dir"
  cd "$dir"
  apt-get download -qq kamailio=5.6.3-2 sip-tester=1:3.6.1-1+b2 libgsl27=2.7.1+dfsg-5+deb12u1 libsctp1=1.0.19+dfsg-2 libpcap0.8=1.10.3-1 \
    2> apt.log || { cat apt.log >&2; echo "cannot be checked: the pinned packages are not to be had" >&2; exit 2; }
  for deb in ./*.deb; do dpkg -x "$deb" root; done
  echo '{"private":true}' > package.json
  npm install --silent --no-audit --no-fund --ignore-scripts sip@0.0.6 > npm.log 2>&1 || { cat npm.log >&2; echo "cannot be checked: the pinned package is not to be had" >&2; exit 2; }
  unshare --net --mount --pid --fork --kill-child --mount-proc bash "$here" inside "$dir"
  exit
fi
cd "$2"
fail() { echo "changed: $1" >&2; exit 1; }
LD_LIBRARY_PATH=$(echo "$PWD"/root/usr/lib/*-linux-gnu)
export LD_LIBRARY_PATH TERM=dumb
modules=$LD_LIBRARY_PATH/kamailio/modules
ip link set lo up
mount -t tmpfs none /run
mkdir -p /run/kamailio
cat > core.cfg << 'END'
#!KAMAILIO
children=1
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
request_route { save("location"); }
END
cat > answer.xml << 'END'
<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="registrar">
  <recv request="REGISTER"/>
  <send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:];tag=1
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
</scenario>
END
cat > answer.cjs << 'END'
const sip = require('sip');
sip.start({ address: '127.0.0.5', port: 5060, udp: true, tcp: false }, (request) => sip.send(sip.makeResponse(request, 200, 'OK')));
END
cat > register.cjs << 'END'
const { createSocket } = require('node:dgram');
const [named, sending] = [createSocket('udp4'), createSocket('udp4')];
const heard = (where) => (answer) => { console.log(answer.toString().startsWith('SIP/2.0 200 ') ? where : `${where}: ${answer.toString().split('\r\n')[0]}`); process.exit(); };
named.on('message', heard('via'));
sending.on('message', heard('sender'));
setTimeout(() => { console.log('nothing'); process.exit(); }, 5000);
named.bind(0, '127.0.0.1', () => sending.bind(0, '127.0.0.1', () => {
  const here = `127.0.0.1:${named.address().port}`;
  const lines = ['REGISTER sip:127.0.0.5 SIP/2.0', `Via: SIP/2.0/UDP ${here};branch=z9hG4bK1`, 'From: <sip:201@127.0.0.5>;tag=1', 'To: <sip:201@127.0.0.5>', 'Call-ID: 1@127.0.0.1',
    'CSeq: 101 REGISTER', `Contact: <sip:201@${here}>`, 'Max-Forwards: 70', 'Expires: 60', 'Content-Length: 0', '', ''];
  sending.send(lines.join('\r\n'), 5060, '127.0.0.5');
}));
END
kamailio() { exec root/usr/sbin/kamailio -f "$1" -L "$modules/" -l udp:127.0.0.5:5060 -DD -E -m 64 -Y "$PWD" -w "$PWD"; }
start() {
  case $1 in
    'kamailio, core and registrar') kamailio core.cfg ;;
    'kamailio, example configuration') kamailio root/etc/kamailio/kamailio.cfg ;;
    sipp) exec root/usr/bin/sipp -sf answer.xml -i 127.0.0.5 -p 5060 -m 1 -nostdin ;;
    sip) exec node answer.cjs ;;
  esac
}
grep -q '^#!define WITH_NAT' root/etc/kamailio/kamailio.cfg && fail "Kamailio's example configuration defines WITH_NAT"
while IFS='|' read -r about expected; do
  start "$about" > server.log 2>&1 < /dev/null &
  server=$!
  for _ in $(seq 150); do [ -n "$(ss -Huln 'sport = :5060')" ] && break; sleep 0.2; done
  [ -n "$(ss -Huln 'sport = :5060')" ] || { tail -5 server.log >&2; echo "cannot be checked: $about did not start" >&2; exit 2; }
  sleep 1
  seen=$(node register.cjs)
  kill "$server" 2> /dev/null || true
  wait "$server" || true
  for _ in $(seq 100); do [ -z "$(ss -Huln 'sport = :5060')" ] && break; sleep 0.1; done
  echo "$about: $seen"
  [ "$seen" = "$expected" ] || { tail -5 server.log >&2; fail "$about: $seen"; }
done << 'END'
kamailio, core and registrar|via
kamailio, example configuration|sender
sipp|sender
sip|sender
END
