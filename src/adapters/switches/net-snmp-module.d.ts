/** The package has no types of its own; what is used of it is written down in net-snmp.ts. */
declare module 'net-snmp' {
  const snmp: unknown;
  export = snmp;
}
