// A PBX that owns the DHCP server knows of a phone before the phone asks for its first file: who it is (MAC) and what it is
// (option 60, vendor class). That is all it takes to put the right phone on the list for the right load.
import { identify } from 'loadstep';

/** What each model is to run. Models that are not named here, and devices that are not phones, are left alone. */
export const TARGETS = { 7940: 'P0S3-08-11-00', 7960: 'P0S3-08-11-00', 7942: 'SIP42.9-3-1SR4-1S' };

/**
 * Called for each lease: `add` and `old` (renewed) as dnsmasq's --dhcp-script names them, or `commit` of ISC dhcpd.
 *
 * @param {import('loadstep/server').FleetServer} fleet
 * @param {{ action: string, mac: string, vendorClass?: string, hostname?: string }} lease
 * @returns {string} what became of it
 */
export function enrolOnLease(fleet, { action, mac, vendorClass = '', hostname }) {
  if (!['add', 'old', 'commit'].includes(action)) return 'not a new lease';
  // Phones end the text with a NUL. A script gets it in an environment variable, which cannot hold a NUL.
  const text = vendorClass.endsWith('\0') ? vendorClass : `${vendorClass}\0`;
  const [model] = identify([], { vendorClass: text }).models;
  const target = model === undefined ? undefined : TARGETS[model];
  if (target === undefined) return model === undefined ? 'no phone that can be converted' : `no target for a ${model}`;
  // Leases are renewed all day: enrolling a phone again changes nothing.
  return fleet.enrol({ mac, model, target, batch: 'dhcp', ...(hostname === undefined ? {} : { label: hostname }) });
}
