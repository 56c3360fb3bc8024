import type { Deed } from './deeds.ts';
import type { LabOptions, Plugged } from './lab.ts';

/** A lab under a name that the command line knows. */
export interface NamedLab extends LabOptions {
  readonly name: string;
}

const WIRE: readonly Deed[] = ['answer-lost', 'request-lost', 'last-ack-lost', 'last-block-lost', 'asks-twice'];
const POWER: readonly Deed[] = ['power-cut', 'cut-while-receiving', 'flash-fails', 'factory-reset'];
const SERVER: readonly Deed[] = ['server-restarts', 'server-away', 'dies-answering'];
const OPERATOR: readonly Deed[] = ['retry', 'release', 'enrols-again', 'other-target', 'left-alone'];
const ELSEWHERE: readonly Deed[] = ['other-server', 'package-gone', 'package-back'];

/** What may happen to what a phone says of itself. */
const WORDS: readonly Deed[] = ['says-now', 'says-late', 'says-undated', 'neighbour-says'];

/** Everything that an adversary may do. */
const EVERYTHING: readonly Deed[] = [...WIRE, ...POWER, ...SERVER, ...OPERATOR, ...ELSEWHERE];

const SIP_8 = 'P0S3-08-11-00';
const JAVA_9 = 'SIP42.9-3-1SR4-1S';

/** One phone of each generation, by what it comes with (legacy-79x0 0, java-phones 0). */
const STARTS: readonly (Plugged & { readonly name: string })[] = [
  {
    name: 'sccp-3',
    family: '79x0',
    load: 'P0030301MFG2',
    target: SIP_8,
    elsewhere: ['P0S3-06-3-00'],
    instead: 'P0S3-06-3-00',
  },
  {
    name: 'sip-4',
    family: '79x0',
    load: 'P0S3-04-4-00',
    target: SIP_8,
    elsewhere: ['P0S3-06-3-00'],
    instead: 'P0S3-06-3-00',
  },
  {
    name: 'sip-6',
    family: '79x0',
    load: 'P0S3-06-3-00',
    target: SIP_8,
    elsewhere: ['P003-08-2-00'],
    instead: 'P0030801SR02',
  },
  {
    name: 'sccp-5',
    family: '79x0',
    load: 'P00305000300',
    target: SIP_8,
    elsewhere: ['P0S3-06-3-00'],
    instead: 'P0S3-06-3-00',
  },
  {
    name: 'loader',
    family: '79x0',
    load: 'P003-08-2-00',
    target: SIP_8,
    elsewhere: ['P0S3-8-12-00'],
    instead: 'P0030801SR02',
  },
  {
    name: 'sip-8',
    family: '79x0',
    load: 'P0S3-08-2-00',
    target: SIP_8,
    elsewhere: ['P0S3-8-12-00'],
    instead: 'P0030801SR02',
  },
  {
    name: 'sccp-8',
    family: '79x0',
    load: 'P0030801SR02',
    target: SIP_8,
    elsewhere: ['P0S3-8-12-00'],
    instead: 'P0030801SR02',
  },
  {
    name: 'java-8.2',
    family: '42',
    load: 'SCCP42.8-2-1S',
    target: JAVA_9,
    elsewhere: ['SIP42.8-5-2S'],
    instead: 'SCCP42.9-4-2SR3-1S',
  },
  {
    name: 'java-8.5',
    family: '42',
    load: 'SCCP42.8-5-2S',
    target: JAVA_9,
    elsewhere: ['SCCP42.9-4-2SR3-1S'],
    instead: 'SIP42.8-5-2S',
  },
  {
    name: 'java-9',
    family: '42',
    load: 'SCCP42.9-4-2SR3-1S',
    target: JAVA_9,
    elsewhere: ['SIP42.8-5-2S'],
    instead: 'SCCP42.9-4-2SR3-1S',
  },
];

type Start = (typeof STARTS)[number];

function startOf(name: string): Start {
  const start = STARTS.find((one) => one.name === name);
  if (start === undefined) throw new Error(`no lab ${name}`);
  return start;
}

/** The same with what an operator says of it, right and wrong, with an incomplete store, and with what nobody knows of phones. */
const VARIANTS: readonly (Plugged & { readonly name: string; readonly lacking?: readonly string[] })[] = [
  { ...startOf('sip-4'), name: 'sip-4-word', from: 'P0S3-04-4-00' },
  { ...startOf('sip-4'), name: 'sip-4-wrong-word', from: 'P0030301MFG2' },
  { ...startOf('sip-6'), name: 'sip-6-wrong-word', from: 'P0S3-04-4-00' },
  { ...startOf('sccp-8'), name: 'sccp-8-wrong-word', from: 'P0S3-08-2-00' },
  { ...startOf('java-8.2'), name: 'java-8.2-word', from: 'SCCP42.8-2-1S' },
  { ...startOf('java-8.2'), name: 'java-8.2-wrong-word', from: 'SCCP42.9-4-2SR3-1S' },
  { ...startOf('java-8.5'), name: 'java-8.5-target-as-word', from: JAVA_9 },
  { ...startOf('sccp-3'), name: 'sccp-3-no-loader', lacking: ['P003-08-11-00'] },
  { ...startOf('java-8.2'), name: 'java-8.2-no-bridge', lacking: ['SCCP42.8-5-2S', 'SIP42.8-5-2S', 'SCCP42.8-3-3S'] },
  { ...startOf('sip-8'), name: 'sip-8-goes-on-unheard', unknowns: { loaderGoesOn: true } },
  { ...startOf('sccp-8'), name: 'sccp-8-goes-on-unheard', unknowns: { loaderGoesOn: true } },
  { ...startOf('java-9'), name: 'java-9-default-is-enough', unknowns: { defaultIsEnough: true } },
  { ...startOf('java-8.2'), name: 'java-8.2-default-is-enough', unknowns: { defaultIsEnough: true } },
  { ...startOf('java-8.2'), name: 'java-8.2-bridge-asks-no-itl', unknowns: { bridgeAsksNoItl: true } },
  { ...startOf('java-8.5'), name: 'java-8.5-bridge-asks-no-itl', unknowns: { bridgeAsksNoItl: true } },
  { ...startOf('java-8.5'), name: 'java-8.5-refusal-restarts', unknowns: { refusalRestarts: true } },
];

/** Phones that say what they run to a server that listens for it. */
const SPEAKERS: readonly (Plugged & { readonly name: string })[] = [
  { ...startOf('java-8.2'), name: 'java-8.2-speaks' },
  { ...startOf('java-9'), name: 'java-9-speaks' },
  { ...startOf('java-9'), load: JAVA_9, name: 'java-9-runs-its-target-and-speaks' },
  { ...startOf('sccp-8'), name: 'sccp-8-speaks' },
  { ...startOf('sccp-8'), target: 'P0030801SR02', instead: SIP_8, name: 'sccp-8-runs-its-target-and-speaks' },
  { ...startOf('sip-8'), name: 'sip-8-speaks' },
];

/** Two phones behind one address, of which nobody may be taken for the other. */
const NEIGHBOURS: readonly NamedLab[] = [
  {
    name: 'bystander-behind-the-same-address',
    phones: [
      { family: '79x0', load: 'P0030301MFG2', target: 'P0S3-06-3-00' },
      { family: '79x0', load: 'P00303030300', target: null },
    ],
    adversary: ['power-cut', 'left-alone', 'server-restarts'],
    isShared: true,
    troublesInBoot: 0,
  },
  {
    name: 'two-on-the-list-behind-the-same-address',
    phones: [
      { family: '79x0', load: 'P003-08-2-00', target: SIP_8 },
      { family: '79x0', load: 'P0S3-06-3-00', target: 'P0S3-06-3-00' },
    ],
    adversary: ['power-cut', 'left-alone', 'server-restarts'],
    isShared: true,
    troublesInBoot: 0,
  },
];

/** Every lab; `troubles` is how much may go wrong on the wire in one boot. */
export function labsWith(troubles: number): readonly NamedLab[] {
  const single = [...STARTS, ...VARIANTS].map(
    ({ name, lacking = [], ...phone }: (typeof VARIANTS)[number]): NamedLab => {
      const wire = { troublesInBoot: troubles, isNeighbourKnown: true };
      return { name, phones: [phone], adversary: EVERYTHING, lacking, ...wire };
    },
  );
  const speaking = SPEAKERS.map(({ name, ...phone }): NamedLab => {
    const wire = { troublesInBoot: troubles, isNeighbourKnown: true, speaks: true };
    return { name, phones: [phone], adversary: [...EVERYTHING, ...WORDS], ...wire };
  });
  return [...single, ...speaking, ...NEIGHBOURS];
}

/** What a person may do that a hold advises, before the phone boots on: start it again, bring the package, reset it, wait. */
export const HELPS: readonly (readonly string[])[] = [
  [],
  ['package-back', 'enrols-again 0', 'power-cut 0'],
  ['package-back', 'enrols-again 0', 'power-cut 0', 'retry 0'],
  ['package-back', 'enrols-again 0', 'left-alone', 'power-cut 0', 'retry 0'],
  ['package-back', 'enrols-again 0', 'factory-reset 0', 'retry 0'],
];
