/** One phone of the bench of 48: how it comes, what is asked of it, and what must become of it. */
export interface BenchPhone {
  readonly title: string;
  readonly model: string;
  /** What is in flash; null is a Java phone in its boot loader. */
  readonly load: string | null;
  /** Null is a bystander: nobody enrolled it. */
  readonly target: string | null;
  readonly count?: number;
  /** Never names itself before it is converted: on a real network the neighbour table tells who it is. */
  readonly hasLease?: boolean;
  /** Stands behind the address of this number of another phone, with its ports translated. */
  readonly behind?: string;
  /** Load that the operator states. */
  readonly from?: string;
  /** Model that the operator states. */
  readonly stated?: boolean;
  /** Fields of `emulate bench --spec`. */
  readonly deviation?: Readonly<Record<string, unknown>>;
  /** The code under which it must be held; absent for a phone that lands. */
  readonly heldWith?: string;
  /** What the advice to the one who finds it held must come to. */
  readonly advice?: RegExp;
}

const SIP8 = 'P0S3-08-11-00';
const SIP41 = 'SIP41.9-2-1S';
const SIP42 = 'SIP42.9-3-1SR4-1S';

/** Loads of which synthetic packages are in the store. */
export const BENCH_FIRMWARE: readonly string[] = [
  ...['P00303030300', 'P0S3-04-4-00', 'P0S3-05-3-00', SIP8],
  ...['SIP11.8-2-2S', 'SCCP41.8-5-2S', SIP41, 'SIP42.8-5-2S', SIP42, 'SIP45.9-3-1SR4-1S'],
];

/** The bench of the test: 48 phones, 35 of which can be converted, 7 are held, 6 are nobody's business. */
export const BENCH: readonly BenchPhone[] = [
  { title: 'from an auction', model: '7940', load: 'P0030301MFG2', target: SIP8, count: 6 },
  { title: 'from an auction, large', model: '7960', load: 'P0030301MFG2', target: SIP8, count: 2 },
  { title: 'very old', model: '7940', load: 'P0030201', target: SIP8, hasLease: true },
  { title: 'SCCP 3.3', model: '7960', load: 'P00303030300', target: SIP8, count: 2 },
  { title: 'SIP 2.2', model: '7960', load: 'P0S30202', target: SIP8, count: 2 },
  { title: 'SIP 3.0', model: '7940', load: 'P0S3-03-0-00', target: SIP8 },
  { title: 'SIP 4.4', model: '7940', load: 'P0S3-04-4-00', target: SIP8 },
  { title: 'SIP 5.3', model: '7940', load: 'P0S3-05-3-00', target: SIP8 },
  { title: 'SIP 6.3', model: '7960', load: 'P0S3-06-3-00', target: SIP8, count: 2 },
  { title: 'SCCP 5.0', model: '7940', load: 'P00305000300', target: SIP8 },
  { title: 'SCCP 8.1', model: '7940', load: 'P00308010200', target: SIP8, count: 2 },
  { title: 'loader only', model: '7940', load: 'P003-08-11-00', target: SIP8 },
  { title: 'done already', model: '7960', load: SIP8, target: SIP8, from: SIP8 },
  { title: 'SCCP 8.3 over the bridge', model: '7941', load: 'SCCP41.8-3-2S', target: SIP41, count: 2 },
  { title: 'boot loader', model: '7942', load: null, target: SIP42, hasLease: true, count: 2 },
  {
    ...{ title: 'boot loader of the old key', model: '7942', load: null, target: SIP42, hasLease: true },
    deviation: { trust: 'old' },
  },
  { title: 'SCCP 8.5', model: '7962', load: 'SCCP42.8-5-2S', target: SIP42, count: 2 },
  { title: 'capital J', model: '7911', load: null, target: 'SIP11.8-2-2S', hasLease: true },
  { title: 'colour', model: '7965', load: 'SCCP45.8-5-2S', target: 'SIP45.9-3-1SR4-1S', count: 2 },
  // Deviations that must not keep a phone from landing.
  {
    ...{ title: 'power cut twice', model: '7940', load: 'P0030301MFG2', target: SIP8 },
    deviation: { cut: '2x:half-of:*.sb2' },
  },
  { title: 'lossy', model: '7960', load: 'P00308010200', target: SIP8, deviation: { loss: 0.03 } },
  {
    title: 'behind one address, first',
    model: '7940',
    load: 'P0S3-07-4-00',
    target: SIP8,
    behind: 'nat',
    heldWith: 'P_AMBIGUOUS_ADDRESS',
    advice: /address of its own.*one at a time.*loadstep retry/s,
  },
  {
    title: 'behind one address, second',
    model: '7960',
    load: 'P0S3-07-4-00',
    target: SIP8,
    behind: 'nat',
    heldWith: 'P_AMBIGUOUS_ADDRESS',
    advice: /address of its own.*one at a time.*loadstep retry/s,
  },
  // Phones that need a hand.
  {
    ...{ title: 'stuck', model: '7940', load: 'P0030301MFG2', target: SIP8, heldWith: 'P_SILENT_AFTER_FLASH' },
    advice: /while it says Upgrading, wait.*unplug its power/s,
    deviation: { stuckAfter: 'P0S3-05-3-00.bin' },
  },
  {
    ...{ title: 'refuses every signature', model: '7942', load: 'SCCP42.8-5-2S', target: SIP42 },
    ...{ deviation: { rejectSignatures: 1000 }, heldWith: 'P_MANIFEST_LOOP' },
    advice: /firmware verify.*loadstep enroll .*--target/s,
  },
  {
    ...{ title: 'takes no trigger', model: '7960', load: 'P00308010200', target: SIP8 },
    ...{ deviation: { ignoreTrigger: '*' }, heldWith: 'P_HUNT_ONLY' },
    advice: /option 150.*Alternate TFTP.*loadstep retry/s,
  },
  {
    ...{ title: 'not in the store', model: '7970', load: 'SCCP70.8-2-2SR2S', target: 'SIP70.9-4-2-1S' },
    heldWith: 'E_FILES_MISSING',
    advice: /loadstep firmware import ARCHIVE, with .*SCCP70\.8-5-2S/s,
  },
  {
    ...{ title: 'enrolled as another model', model: '7941', load: 'SCCP41.8-5-2S', target: SIP8 },
    heldWith: 'E_WRONG_FAMILY',
    advice: /target of its own family.*loadstep enroll/s,
  },
  // Bystanders.
  { title: 'bystander', model: '7940', load: 'P0030301MFG2', target: null, count: 2 },
  { title: 'bystander of SCCP 8', model: '7960', load: 'P00308010200', target: null },
  { title: 'bystander 7942', model: '7942', load: 'SCCP42.8-5-2S', target: null },
  { title: 'bystander 7911 in its boot loader', model: '7911', load: null, target: null },
  { title: 'bystander behind the same address', model: '7940', load: 'P0S3-06-3-00', target: null, behind: 'nat' },
];
