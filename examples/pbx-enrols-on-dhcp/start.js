// Reads one JSON object a line from standard input, as this short script for `dnsmasq --dhcp-script` writes them:
//   #!/bin/sh
//   printf '{"action":"%s","mac":"%s","vendorClass":"%s"}\n' "$1" "$2" "$DNSMASQ_VENDOR_CLASS" > /run/pbx/leases
//   # and: mkfifo /run/pbx/leases; tail -f /run/pbx/leases | node start.js
import { createInterface } from 'node:readline';
import { createServer } from 'loadstep/server';
import { enrolOnLease } from './enrol-on-lease.js';

const { DATABASE = 'loadstep.db', FIRMWARE = 'firmware', TFTP_PORT = '69' } = process.env;
const fleet = createServer({ database: DATABASE, firmware: FIRMWARE, listen: { port: Number(TFTP_PORT) } });
const events = fleet.events();
await fleet.start();
void (async () => {
  for await (const event of events) {
    if (event.event === 'phone.landed') console.log(`${event.mac} runs ${event.target}: give it its number`);
    if (event.event === 'phone.held') console.log(`${event.mac} needs a person: ${event.reason}; ${event.advice}`);
  }
})();
for await (const line of createInterface({ input: process.stdin })) {
  try {
    const lease = JSON.parse(line);
    console.log(lease.mac, enrolOnLease(fleet, lease));
  } catch (error) {
    console.error(line, String(error));
  }
}
await fleet.stop({ drainMs: 30_000 });
