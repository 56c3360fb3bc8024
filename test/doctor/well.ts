import type { Seen } from '../../src/core/doctor/seen.ts';

/** A machine on which nothing is wrong. */
export const WELL: Seen = {
  listen: { address: '0.0.0.0', port: 69 },
  portRefusal: null,
  isOwnServer: false,
  beside: null,
  holders: null,
  mayTakeLowPorts: true,
  firstFreePort: 1024,
  addresses: ['192.168.50.2'],
  interfaces: [{ name: 'eth0', mtu: 1500 }],
  leases: [{ path: '/leases', refusal: null, entries: 3 }],
  hasNeighbourAges: true,
  database: { path: '/db', refusal: null, freeBytes: 5_000_000_000 },
  firmware: { folders: ['/fw'], refusal: null, packages: 4, faulty: 0 },
  root: null,
  filter: { program: 'nft', rules: '' },
  year: 2026,
  dhcp: null,
  isDhcpPortTaken: false,
};
