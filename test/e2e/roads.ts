import type { Road } from './harness.ts';

/** A road with what must come of it, worked out from the dossiers by hand. */
export interface ExpectedRoad extends Road {
  readonly title: string;
  readonly hops: readonly string[];
  readonly images: readonly string[];
}

const [SIP5, SIP6, SIP8] = ['P0S3-05-3-00', 'P0S3-06-3-00', 'P0S3-08-11-00'];
const TO_LOADER = ['P003-08-11-00.sbn', 'P0S3-08-11-00.sb2'];

/** The five archives of a Java load in the order of its manifest. */
function archives(family: string, protocol: string, build: string, jar = 'jar'): string[] {
  return [
    `${jar}${family}${protocol}.${build}.sbn`,
    ...['cnu', 'apps', 'dsp'].map((one) => `${one}${family}.${build}.sbn`),
    `cvm${family}${protocol}.${build}.sbn`,
  ];
}

/** Every road that must be driven end to end. */
export const ROADS: readonly ExpectedRoad[] = [
  {
    title: 'a 7940 from an auction goes from SCCP 3.1 by SIP 5.3 and the loader to SIP 8.11',
    model: '7940',
    load: 'P0030301MFG2',
    target: SIP8,
    firmware: [SIP5, SIP8],
    hops: [SIP5, 'P003-08-11-00', SIP8],
    images: ['P0S3-05-3-00.bin', ...TO_LOADER],
  },
  {
    title: 'the same phone goes by SIP 6.3 when that is all the store has',
    model: '7940',
    load: 'P0030301MFG2',
    target: SIP8,
    firmware: [SIP6, SIP8],
    hops: [SIP6, 'P003-08-11-00', SIP8],
    images: ['P0S3-06-3-00.bin', ...TO_LOADER],
  },
  {
    title: 'a 7940 on SCCP 3.3 goes by SIP 6.3 and its loader to SIP 8.2',
    model: '7940',
    load: 'P00303030300',
    target: 'P0S3-08-2-00',
    firmware: [SIP6, 'P0S3-08-2-00'],
    hops: [SIP6, 'P003-08-2-00', 'P0S3-08-2-00'],
    images: ['P0S3-06-3-00.bin', 'P003-08-2-00.sbn', 'P0S3-08-2-00.sb2'],
  },
  {
    title: 'a very old 7940 that only asks SEPDefault.cnf is first given SCCP 3.3',
    model: '7940',
    load: 'P0030201',
    hasLease: true,
    target: SIP8,
    firmware: ['P00303030300', SIP5, SIP8],
    hops: ['P00303030300', SIP5, 'P003-08-11-00', SIP8],
    images: ['P00303030300.bin', 'P0S3-05-3-00.bin', ...TO_LOADER],
  },
  {
    title: 'a 7960 on SIP 2.2 climbs by 4.4 and 5.3 to SIP 8.11',
    model: '7960',
    load: 'P0S30202',
    target: SIP8,
    firmware: ['P0S3-03-0-00', 'P0S3-04-4-00', SIP5, SIP8],
    hops: ['P0S3-04-4-00', SIP5, 'P003-08-11-00', SIP8],
    images: ['P0S3-04-4-00.bin', 'P0S3-05-3-00.bin', ...TO_LOADER],
  },
  {
    title: 'a 7940 on SIP 3.0 climbs by 4.4 and 5.3 to SIP 8.11',
    model: '7940',
    load: 'P0S3-03-0-00',
    target: SIP8,
    firmware: ['P0S3-04-4-00', SIP5, SIP8],
    hops: ['P0S3-04-4-00', SIP5, 'P003-08-11-00', SIP8],
    images: ['P0S3-04-4-00.bin', 'P0S3-05-3-00.bin', ...TO_LOADER],
  },
  {
    title: 'a 7940 on SIP 4.4 climbs by 5.3 to SIP 8.11',
    model: '7940',
    load: 'P0S3-04-4-00',
    target: SIP8,
    firmware: ['P0S3-04-4-00', SIP5, SIP8],
    // It cannot show which SIP below 5 it runs, so 4.4 is offered to be sure, and it does not take what it has.
    hops: ['P0S3-04-4-00', SIP5, 'P003-08-11-00', SIP8],
    images: ['P0S3-05-3-00.bin', ...TO_LOADER],
  },
  {
    title: 'a 7940 on SIP 6.3 goes by the loader to SIP 8.11',
    model: '7940',
    load: SIP6,
    target: SIP8,
    firmware: [SIP6, SIP8],
    hops: ['P003-08-11-00', SIP8],
    images: TO_LOADER,
  },
  {
    title:
      'a 7940 on SCCP 5.0, which asks what SCCP 3.x asks, goes by SIP 5.3 as that would, and takes the signed image',
    model: '7940',
    load: 'P00305000300',
    target: SIP8,
    firmware: [SIP5, SIP8],
    hops: [SIP5, 'P003-08-11-00', SIP8],
    images: ['P0S3-05-3-00.sbn', ...TO_LOADER],
  },
  {
    title: 'a 7940 on SCCP 8.1(2) goes straight to SIP 8.11',
    model: '7940',
    load: 'P00308010200',
    target: SIP8,
    firmware: [SIP8],
    hops: [SIP8],
    images: TO_LOADER,
  },
  {
    title: 'a 7940 with a loader and nothing else after a factory reset gets SIP 8.11',
    model: '7940',
    load: 'P003-08-11-00',
    target: SIP8,
    firmware: [SIP8],
    hops: [SIP8],
    images: ['P0S3-08-11-00.sb2'],
  },
  {
    title: 'a 7940 that already runs SIP 8.11, as is said of it, is left as it is',
    model: '7940',
    load: SIP8,
    target: SIP8,
    upgrade: ['--from', SIP8],
    firmware: [SIP8],
    hops: [SIP8],
    images: [],
  },
  {
    title: 'a 7940 goes from SIP 8.11 to SCCP 8.1(2)',
    model: '7940',
    load: SIP8,
    isPowerCycled: true,
    target: 'P00308010200',
    firmware: ['P00308010200', SIP8],
    hops: ['P00308010200'],
    images: ['P00308010200.sbn', 'P00308010200.sb2'],
  },
  {
    title: 'a 7960 goes from SCCP 8.1(2) back to SIP 8.11',
    model: '7960',
    load: 'P00308010200',
    target: SIP8,
    firmware: ['P00308010200', SIP8],
    hops: [SIP8],
    images: TO_LOADER,
  },
  {
    title: 'a 7941 on SCCP 8.3(2) goes over the bridge 8.5(2) to SIP 9.2(1)',
    model: '7941',
    load: 'SCCP41.8-3-2S',
    target: 'SIP41.9-2-1S',
    firmware: ['SCCP41.8-5-2S', 'SIP41.9-2-1S'],
    hops: ['SCCP41.8-5-2S', 'SIP41.9-2-1S'],
    images: [...archives('41', 'sccp', '8-5-2TH1-9'), ...archives('41', 'sip', '9-2-1TH1-13')],
  },
  {
    title: 'a 7942 in its boot loader gets SIP 9.3(1)SR4, and fetches it twice',
    model: '7942',
    load: null,
    hasLease: true,
    target: 'SIP42.9-3-1SR4-1S',
    firmware: ['SIP42.9-3-1SR4-1S'],
    hops: ['SIP42.9-3-1SR4-1S'],
    images: [...archives('42', 'sip', '9-3-1ES26'), ...archives('42', 'sip', '9-3-1ES26')],
  },
  {
    title: 'a 7942 whose boot loader knows the old key only gets 8.5(2) first',
    model: '7942',
    load: null,
    hasLease: true,
    phone: ['--trust', 'old'],
    target: 'SIP42.9-3-1SR4-1S',
    firmware: ['SIP42.8-5-2S', 'SIP42.9-3-1SR4-1S'],
    hops: ['SIP42.9-3-1SR4-1S', 'SIP42.8-5-2S', 'SIP42.9-3-1SR4-1S'],
    images: [...archives('42', 'sip', '8-5-2TH1-9'), ...archives('42', 'sip', '9-3-1ES26')],
  },
  {
    title: 'a 7911 asks Jar11sip for a file that is spelled jar11sip, and gets it',
    model: '7911',
    load: null,
    hasLease: true,
    target: 'SIP11.8-2-2S',
    firmware: ['SIP11.8-2-2S'],
    hops: ['SIP11.8-2-2S'],
    images: [...archives('11', 'sip', '8-2-2ES4', 'Jar'), ...archives('11', 'sip', '8-2-2ES4', 'Jar')],
  },
  {
    title: 'a 7970 on SCCP 8.2(2)SR2 goes over the bridge 8.5(2) to SIP 9.4(2)',
    model: '7970',
    load: 'SCCP70.8-2-2SR2S',
    target: 'SIP70.9-4-2-1S',
    firmware: ['SCCP70.8-5-2S', 'SIP70.9-4-2-1S'],
    hops: ['SCCP70.8-5-2S', 'SIP70.9-4-2-1S'],
    images: [...archives('70', 'sccp', '8-5-2TH1-9'), ...archives('70', 'sip', '9-4-2TH1-1')],
  },
];
