#!/usr/bin/env bash
# snmpsim answers a SET of a recorded value with success and changes nothing; snmpset ends with 0, and the npm package net-snmp reports no error.
#
# Guess, written down before it was run: a value that stands in a recording is read-only there, and a SET of it is refused with notWritable.
# Seen: by SNMP 2c the answer has error-status 0 ("noError"), and in place of the value the mark noSuchInstance, which RFC 3416 knows for answers to
#   reading only; the next GET reads the old value. The same for an object that is in no recording, and for a value of the wrong type.
#   snmpset prints "No Such Instance" and ends with 0. net-snmp hands over no error: only isVarbindError tells. By SNMP 1 it is an error
#   (noSuchName). With the variation module writecache, named in the recording for this one value, the SET is done.
# Versions: snmpsim 0.4.5-1 with python3-pysnmp4 4.4.12-2, snmp 5.9.3+dfsg-2+deb12u1 (Debian 12), net-snmp 3.29.2 (npm).
# Output seen (a SET to 2 of a power port that is 1; what the clients make of it, and what is read afterwards):
#   recorded, 2c: snmpset 0, net-snmp no error, reads 1
#   recorded, 1: snmpset 2, net-snmp error, reads 1
#   unknown, 2c: snmpset 0, net-snmp no error, reads nothing
#   writecache, 2c: snmpset 0, net-snmp no error, reads 2
# Why it matters: "power off at this port" is tried at a simulated switch before it is let loose on a real one. Against a plain recording such a test is
#   green for code that switched nothing. A caller has to look into the answer's values, and to read back.
# Needs Debian 12 on amd64, python3 of Debian, node, npm, ss. No root.
set -euo pipefail
dir=$(mktemp -d)
simulator=
trap 'if [ -n "$simulator" ]; then kill "$simulator" 2> /dev/null; wait "$simulator" || true; fi; rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
fail() { echo "changed: $1" >&2; exit 1; }
apt-get download -qq snmpsim=0.4.5-1 python3-pysnmp4=4.4.12-2 python3-pyasn1=0.4.8-3+deb12u3 python3-pysmi=0.3.2-3 python3-ply=3.11-5 python3-pycryptodome=3.11.0+dfsg1-4 \
  snmp=5.9.3+dfsg-2+deb12u1 libsnmp40=5.9.3+dfsg-2+deb12u1 2> apt.log || { cat apt.log >&2; echo "cannot be checked: the pinned packages are not to be had" >&2; exit 2; }
for deb in ./*.deb; do dpkg -x "$deb" root; done
echo '{"private":true}' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts net-snmp@3.29.2 > npm.log 2>&1 || { cat npm.log >&2; echo "cannot be checked: the pinned package is not to be had" >&2; exit 2; }
LD_LIBRARY_PATH=$(echo "$PWD"/root/usr/lib/*-linux-gnu)
export LD_LIBRARY_PATH PYTHONPATH="$PWD/root/usr/lib/python3/dist-packages" MIBS='' MIBDIRS='' SNMPCONFPATH="$PWD"
recorded=1.3.6.1.2.1.105.1.1.1.3.1.1
cached=1.3.6.1.2.1.105.1.1.1.3.1.2
unknown=1.3.6.1.2.1.105.1.1.1.3.1.3
mkdir data
cat > data/public.snmprec << END
$recorded|2|1
$cached|2:writecache|value=1
END
free_port() { node -e "const s=require('node:dgram').createSocket('udp4');s.bind(0,'127.0.0.1',()=>{console.log(s.address().port);s.close()})"; }
port=$(free_port)
/usr/bin/python3 root/usr/bin/snmpsimd --agent-udpv4-endpoint=127.0.0.1:"$port" --data-dir="$PWD/data" --cache-dir="$PWD/cache" \
  --variation-modules-dir="$PWD/root/usr/share/snmpsim/variation" --process-user="$(id -un)" --process-group="$(id -gn)" > snmpsim.log 2>&1 &
simulator=$!
for _ in $(seq 300); do [ -n "$(ss -Huln "sport = :$port")" ] && break; sleep 0.2; done
[ -n "$(ss -Huln "sport = :$port")" ] || { tail -5 snmpsim.log >&2; echo "cannot be checked: snmpsim did not start" >&2; exit 2; }
cat > set.cjs << 'END'
const snmp = require('net-snmp');
const [, , port, version, oid] = process.argv;
const session = snmp.createSession('127.0.0.1', 'public', { port: Number(port), version: version === '1' ? snmp.Version1 : snmp.Version2c });
session.set([{ oid, type: snmp.ObjectType.Integer, value: 2 }], (error) => {
  console.log(error ? 'error' : 'no error');
  session.close();
});
END
while IFS='|' read -r about version oid expected; do
  status=0
  root/usr/bin/snmpset -v "$version" -c public -t 10 -r 1 "127.0.0.1:$port" "$oid" i 2 > set.log 2>&1 || status=$?
  npm=$(node set.cjs "$port" "$version" "$oid")
  read=$(root/usr/bin/snmpget -v 2c -c public -t 10 -r 1 -Oqv "127.0.0.1:$port" "$oid")
  case $read in No\ Such*) read=nothing ;; esac
  seen="snmpset $status, net-snmp $npm, reads $read"
  echo "$about, $version: $seen"
  [ "$seen" = "$expected" ] || fail "$about, $version: $seen"
done << END
recorded|2c|$recorded|snmpset 0, net-snmp no error, reads 1
recorded|1|$recorded|snmpset 2, net-snmp error, reads 1
unknown|2c|$unknown|snmpset 0, net-snmp no error, reads nothing
writecache|2c|$cached|snmpset 0, net-snmp no error, reads 2
END
