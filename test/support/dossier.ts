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
  | 'sip-2'
  | 'sip-3'
  | 'sip-4.4'
  | 'sip-5'
  | 'sip-6'
  | 'loader'
  | 'sip-8'
  | 'sccp-8'
  | 'java-old'
  | 'java-both'
  | 'java-new'
  | 'java-boot-loader';

/** What each load is once it runs. Families of Java phones stand in the name. */
export const KIND_OF: Readonly<Record<string, Kind>> = {
  P0030201: 'sccp-2',
  P0030301MFG2: 'sccp-3',
  P00303030300: 'sccp-3',
  P00305000300: 'sccp-5',
  P0S30202: 'sip-2',
  'P0S3-03-0-00': 'sip-3',
  'P0S3-04-4-00': 'sip-4.4',
  'P0S3-05-3-00': 'sip-5',
  'P0S3-06-3-00': 'sip-6',
  'P003-07-4-00': 'loader',
  'P003-08-2-00': 'loader',
  'P003-08-11-00': 'loader',
  'P003-8-12-00': 'loader',
  'P0S3-07-4-00': 'sip-8',
  'P0S3-08-2-00': 'sip-8',
  'P0S3-08-11-00': 'sip-8',
  'P0S3-8-12-00': 'sip-8',
  P0030801SR02: 'sccp-8',
  'SCCP42.8-2-1S': 'java-old',
  'SCCP42.8-3-3S': 'java-both',
  'SCCP42.8-5-2S': 'java-both',
  'SIP42.8-5-2S': 'java-both',
  'SIP42.9-3-1SR4-1S': 'java-new',
  'SCCP42.9-4-2SR3-1S': 'java-new',
  'SCCP41.8-3-1S': 'java-old',
  'SCCP41.8-5-2S': 'java-both',
  'SIP41.9-2-1S': 'java-new',
};

const LOADERS = ['P003-07-4-00', 'P003-08-2-00', 'P003-08-11-00', 'P003-8-12-00'];
const SIP_7_AND_8 = ['P0S3-07-4-00', 'P0S3-08-2-00', 'P0S3-08-11-00', 'P0S3-8-12-00'];
const APPLICATIONS = [...SIP_7_AND_8, 'P0030801SR02'];
const SIGNED_IMAGES = ['P00305000300', 'P0S3-05-3-00', 'P0S3-06-3-00'];

/** The planner table of legacy-79x0 4.2, row by row: what each may be given next, literally. */
const NEXT_79X0: Readonly<Record<string, readonly string[]>> = {
  // "SCCP <=2.x: a 3.x-era load first"
  'sccp-2': ['P0030301MFG2', 'P00303030300'],
  // "SCCP 3.x -> SIP 5.3 or 6.x direct", "-> SCCP 5.0(x)"; 7.x and 8.x are refused, and so is the loader (S3, S4)
  'sccp-3': ['P0S3-05-3-00', 'P0S3-06-3-00', 'P00305000300'],
  // "2.x -> 3.0 -> 4.4"; Cisco names [234].x -> 4.4
  'sip-2': ['P0S3-03-0-00', 'P0S3-04-4-00'],
  'sip-3': ['P0S3-04-4-00'],
  'sip-4.4': ['P0S3-05-3-00'],
  // "5.3 -> 6.x -> UAL per Cisco; 5.3 -> UAL observed"
  'sip-5': ['P0S3-06-3-00', ...LOADERS],
  'sip-6': LOADERS,
  // "SCCP 5.x -> SIP 5.x/6.x/7.x", signed to signed (R1)
  'sccp-5': ['P0S3-05-3-00', 'P0S3-06-3-00', 'P0S3-07-4-00', 'P0030801SR02'],
  // "UAL (any) -> SIP/SCCP/MGCP signed"
  loader: [...APPLICATIONS, ...SIGNED_IMAGES],
  // "SIP 7.x/8.x -> other SIP 7.x/8.x, SCCP >=5", "SCCP 7.x/8.x -> SIP"; and at every boot it is the loader that asks
  'sip-8': [...APPLICATIONS, ...SIGNED_IMAGES],
  'sccp-8': [...APPLICATIONS, ...SIGNED_IMAGES],
};

/** Whether the dossiers allow to give this load to a phone that runs that. What runs already changes nothing. */
export function mayBeGiven(runs: Runs, load: string, family: string): boolean {
  if (load === runs.load) return true;
  const kind = KIND_OF[load];
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
  const isOld = ['sccp-2', 'sccp-3', 'sccp-5', 'sip-2', 'sip-3', 'sip-4.4', 'sip-5', 'sip-6'].includes(runs.kind);
  return isOld && runs.load.slice(0, 4) === named.slice(0, 4);
}
