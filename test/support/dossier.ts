/**
 * What a phone may be given, written down by hand from the dossiers (legacy-79x0 4.1, 4.2; java-phones 3.2, 3.4) and from
 * nothing else: no line of the product's matrix, planner or identification is used here, so that a wrong rule there is
 * caught here.
 */

/** What runs on a phone, in the words of the dossiers. */
export interface Runs {
  /** The load, or for a loader without an application the loader. */
  readonly load: string;
  readonly kind: Kind;
}

export type Kind =
  | 'sccp-2'
  | 'sccp-3'
  | 'sccp-5'
  | 'sccp-6'
  | 'sip-2'
  | 'sip-3'
  | 'sip-4.4'
  | 'sip-5'
  | 'sip-6'
  | 'loader'
  | 'sip-8'
  | 'sccp-8'
  | 'mgcp-7'
  | 'java-old'
  | 'java-both'
  | 'java-new'
  | 'java-boot-loader';

/** The loads of the 7940 and 7960 that were found, each kind's as the release table has them (legacy-79x0 1.3). */
const LOADS_79X0 = {
  'sccp-2': ['P0030201'],
  'sccp-3': ['P0030301MFG2', 'P00303010102', 'P00303020214', 'P00303030300'],
  'sccp-5': ['P00305000200', 'P00305000300'],
  'sccp-6': ['P00306000100'],
  'sip-2': ['P0S30202'],
  // SIP 4.1 goes the way of 3.x: "SIP 3.x, 4.x -> SIP 5.3 via 4.4" (4.2).
  'sip-3': ['P0S3-03-0-00', 'P0S3-04-1-00'],
  'sip-4.4': ['P0S3-04-4-00'],
  'sip-5': ['P0S3-05-2-00', 'P0S3-05-3-00'],
  'sip-6': ['P0S3-06-0-00', 'P0S3-06-3-00'],
  loader: [
    ...['P003-07-2-00', 'P003-07-4-00', 'P003-07-5-00', 'P003-08-1-00', 'P003-08-2-00', 'P003-08-4-00', 'P003-08-5-00'],
    ...[
      'P003-08-6-00',
      'P003-08-7-00',
      'P003-08-8-00',
      'P003-08-9-00',
      'P003-08-11-00',
      'P003-8-12-00',
      'P003-07-7-00',
    ],
  ],
  'sip-8': [
    ...['P0S3-07-2-00', 'P0S3-07-4-00', 'P0S3-07-5-00', 'P0S3-08-1-00', 'P0S3-08-2-00', 'P0S3-08-4-00', 'P0S3-08-5-00'],
    ...['P0S3-08-6-00', 'P0S3-08-7-00', 'P0S3-08-8-00', 'P0S3-08-9-00', 'P0S3-08-11-00', 'P0S3-8-12-00'],
  ],
  'sccp-8': [
    ...['P00307000100', 'P00307020300', 'P00308000100', 'P00308000300', 'P00308000500', 'P00308000700', 'P00308000800'],
    ...['P00308000900', 'P00308001000', 'P00308010200', 'P0030801SR02'],
  ],
  'mgcp-7': ['P0M3-07-7-00'],
} as const satisfies Partial<Record<Kind, readonly string[]>>;

const KINDS = new Map<string, Kind>(
  Object.entries(LOADS_79X0).flatMap(([kind, loads]) => loads.map((load) => [load, kind as Kind] as const)),
);

/** What a load is once it runs; undefined for a name that no table has. */
export function kindOf(load: string): Kind | undefined {
  return KINDS.get(load) ?? javaKindOf(load);
}

/** By the release in the name: before 8.3(3), up to 8.5(2) itself, after it (java-phones 3.2); 8.5(2)SR1 is after it (1.2). */
function javaKindOf(load: string): Kind | undefined {
  const match = /^(?:SIP|SCCP|TERM)\d\d\.(\d)-(\d)-(\d)(SR)?/.exec(load);
  if (match === null) return undefined;
  const release = Number(`${match[1]}${match[2]}${match[3]}`);
  if (release < 833) return 'java-old';
  return release < 852 || (release === 852 && match[4] === undefined) ? 'java-both' : 'java-new';
}

const LOADERS = LOADS_79X0.loader;
const SIP_7 = ['P0S3-07-2-00', 'P0S3-07-4-00', 'P0S3-07-5-00'];
const SIP_5_AND_6 = [...LOADS_79X0['sip-5'], ...LOADS_79X0['sip-6']];
const SCCP_5_AND_6 = [...LOADS_79X0['sccp-5'], ...LOADS_79X0['sccp-6']];
/** Everything signed that is an application of the loader's time, or older than it. */
const SIGNED = [
  ...LOADS_79X0['sip-8'],
  ...LOADS_79X0['sccp-8'],
  ...LOADS_79X0['mgcp-7'],
  ...SIP_5_AND_6,
  ...SCCP_5_AND_6,
];
/** "SCCP 5.x -> SIP 5.x/6.x/7.x" (4.2), and signed SCCP replaces signed SCCP (4.1 R1). */
const AFTER_SIGNED_SCCP = [...SIP_5_AND_6, ...SIP_7, ...SCCP_5_AND_6, ...LOADS_79X0['sccp-8']];

/** The planner table of legacy-79x0 4.2, row by row: what each may be given next. */
const NEXT_79X0: Readonly<Record<string, readonly string[]>> = {
  // "SCCP <=2.x: a 3.x-era load first"
  'sccp-2': LOADS_79X0['sccp-3'],
  // "SCCP 3.x -> SIP 5.3 or 6.x direct", "-> SCCP 5.0(x)"; 7.x and 8.x are refused, and so is the loader (S3, S4)
  'sccp-3': ['P0S3-05-3-00', ...LOADS_79X0['sip-6'], ...LOADS_79X0['sccp-5']],
  // "2.x -> 3.0 -> 4.4"; Cisco names [234].x -> 4.4
  'sip-2': ['P0S3-03-0-00', 'P0S3-04-4-00'],
  'sip-3': ['P0S3-04-4-00'],
  'sip-4.4': ['P0S3-05-3-00'],
  // "5.3 -> 6.x -> UAL per Cisco; 5.3 -> UAL observed"; 5.2 to 5.3 and 6.0 to 6.3 are signed to signed (4.1 R1)
  'sip-5': ['P0S3-05-3-00', ...LOADS_79X0['sip-6'], ...LOADERS],
  'sip-6': ['P0S3-06-3-00', ...LOADERS],
  'sccp-5': AFTER_SIGNED_SCCP,
  // Q1: like 5.x where it is a signed image; with a loader, see `ModelPhone`.
  'sccp-6': AFTER_SIGNED_SCCP,
  // "UAL (any) -> SIP/SCCP/MGCP signed"
  loader: SIGNED,
  // "SIP 7.x/8.x -> other SIP 7.x/8.x, SCCP >=5", "SCCP 7.x/8.x -> SIP"; and at every boot it is the loader that asks
  'sip-8': SIGNED,
  'sccp-8': SIGNED,
  'mgcp-7': SIGNED,
};

/** Whether the dossiers allow to give this load to a phone that runs that. What runs already changes nothing. */
export function mayBeGiven(runs: Runs, load: string, family: string): boolean {
  if (load === runs.load) return true;
  const kind = kindOf(load);
  if (kind === undefined) return false;
  if (family === '79x0') return NEXT_79X0[runs.kind]?.includes(load) ?? false;
  if (!load.includes(`${family}.`)) return false;
  switch (runs.kind) {
    // "A rejected manifest costs nothing: probing is safe while the phone sits in the boot loader"
    case 'java-boot-loader':
      return true;
    // Before 8.3(3): nothing after 8.5(2). 8.3(3) to 8.5(2): both keys, nothing older. After it: the new key only.
    case 'java-old':
      return kind !== 'java-new';
    case 'java-both':
      return kind !== 'java-old';
    case 'java-new':
      return kind === 'java-new';
    default:
      return false;
  }
}

/**
 * Whether an old phone passes over this name in OS79XX.TXT: its first four characters are those of the image it runs
 * (Cisco's matrix, quoted in legacy-79x0 2).
 */
export function passesOver(runs: Runs, named: string): boolean {
  const isOld = ['sccp-2', 'sccp-3', 'sccp-5', 'sccp-6', 'sip-2', 'sip-3', 'sip-4.4', 'sip-5', 'sip-6'].includes(
    runs.kind,
  );
  return isOld && runs.load.slice(0, 4) === named.slice(0, 4);
}
