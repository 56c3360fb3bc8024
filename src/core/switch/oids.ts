/** Columns of tables, and single values, that a switch is asked for by SNMP. Sources: docs/sources.md, "Switches". */
export const OIDS = {
  // SNMPv2-MIB (RFC 3418), single values.
  sysDescr: '1.3.6.1.2.1.1.1.0',
  sysObjectId: '1.3.6.1.2.1.1.2.0',
  sysUpTime: '1.3.6.1.2.1.1.3.0',
  sysName: '1.3.6.1.2.1.1.5.0',
  // IF-MIB (RFC 2863), by ifIndex.
  ifDescr: '1.3.6.1.2.1.2.2.1.2',
  ifType: '1.3.6.1.2.1.2.2.1.3',
  ifOperStatus: '1.3.6.1.2.1.2.2.1.8',
  ifLastChange: '1.3.6.1.2.1.2.2.1.9',
  ifName: '1.3.6.1.2.1.31.1.1.1.1',
  // CISCO-CDP-MIB, by ifIndex and a number.
  cdpAddress: '1.3.6.1.4.1.9.9.23.1.2.1.1.4',
  cdpVersion: '1.3.6.1.4.1.9.9.23.1.2.1.1.5',
  cdpDeviceId: '1.3.6.1.4.1.9.9.23.1.2.1.1.6',
  cdpPlatform: '1.3.6.1.4.1.9.9.23.1.2.1.1.8',
  cdpLastChange: '1.3.6.1.4.1.9.9.23.1.2.1.1.24',
  // LLDP-MIB (IEEE 802.1AB), by time mark, local port and a number; the local ports by their number.
  lldpLocalSubtype: '1.0.8802.1.1.2.1.3.7.1.2',
  lldpLocalId: '1.0.8802.1.1.2.1.3.7.1.3',
  lldpChassisSubtype: '1.0.8802.1.1.2.1.4.1.1.4',
  lldpChassisId: '1.0.8802.1.1.2.1.4.1.1.5',
  lldpPortSubtype: '1.0.8802.1.1.2.1.4.1.1.6',
  lldpPortId: '1.0.8802.1.1.2.1.4.1.1.7',
  lldpSysName: '1.0.8802.1.1.2.1.4.1.1.9',
  lldpSysDescr: '1.0.8802.1.1.2.1.4.1.1.10',
  // LLDP-EXT-MED-MIB (ANSI/TIA-1057), what a phone says of itself.
  lldpMedHardware: '1.0.8802.1.1.2.1.5.4795.1.3.3.1.1',
  lldpMedFirmware: '1.0.8802.1.1.2.1.5.4795.1.3.3.1.2',
  lldpMedSoftware: '1.0.8802.1.1.2.1.5.4795.1.3.3.1.3',
  lldpMedModel: '1.0.8802.1.1.2.1.5.4795.1.3.3.1.6',
  // BRIDGE-MIB (RFC 4188): bridge port to ifIndex; MAC to bridge port, and how that is known. Q-BRIDGE-MIB (RFC 4363): the same by filtering database.
  bridgePortIfIndex: '1.3.6.1.2.1.17.1.4.1.2',
  fdbPort: '1.3.6.1.2.1.17.4.3.1.2',
  fdbStatus: '1.3.6.1.2.1.17.4.3.1.3',
  qFdbPort: '1.3.6.1.2.1.17.7.1.2.2.1.2',
  qFdbStatus: '1.3.6.1.2.1.17.7.1.2.2.1.3',
  // CISCO-VTP-MIB, by domain and VLAN.
  vtpVlanState: '1.3.6.1.4.1.9.9.46.1.3.1.1.2',
  // POWER-ETHERNET-MIB (RFC 3621), by group and port.
  psePortAdmin: '1.3.6.1.2.1.105.1.1.1.3',
  psePortDetection: '1.3.6.1.2.1.105.1.1.1.6',
  // CISCO-POWER-ETHERNET-EXT-MIB to ENTITY-MIB (RFC 4133): which physical port a power port is.
  cpePortEntity: '1.3.6.1.4.1.9.9.402.1.2.1.11',
  entityAlias: '1.3.6.1.2.1.47.1.3.2.1.2',
} as const;

export type OidName = keyof typeof OIDS;

/** Single values; all others are columns. */
export const SINGLE_VALUES = ['sysDescr', 'sysObjectId', 'sysUpTime', 'sysName'] as const satisfies readonly OidName[];

/** The start of an `entityAlias` that names an interface: ifIndex with its number behind. */
export const IF_INDEX_OID = '1.3.6.1.2.1.2.2.1.1';

/** What Cisco calls its switches by (CISCO-PRODUCTS-MIB): below its enterprise number. */
export const CISCO_OID = '1.3.6.1.4.1.9';
