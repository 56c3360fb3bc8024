import { expect, test } from 'vitest';
import { commandSwitch, POWER_PLACEHOLDERS } from '../../src/adapters/power/command-switch.ts';
import type { KnownPhone } from '../../src/app/bench/outlet-sharing.ts';
import { createPowerControl, type PowerPlans } from '../../src/app/bench/power-control.ts';
import type { PowerStanding } from '../../src/app/bench/power-fleet.ts';
import { doublePortTexts } from '../../src/app/list/double-ports.ts';
import { parseArgvTemplate } from '../../src/core/command/argv-template.ts';
import type { HistoryEvent } from '../../src/core/history/event.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import type { PhoneRecord } from '../../src/ports/store.ts';
import { FakeClock } from '../support/clock.ts';

const STUCK = '0018B9000308' as MacAddress;
const OTHER = '0018B9000316' as MacAddress;
const settle = () => new Promise((resolve) => setImmediate(resolve));
const MINUTES = 60_000;

interface Scene {
  /** The command; `{port}` where nothing is said. */
  readonly command?: string;
  readonly port?: string;
  readonly label?: string;
  readonly address?: string;
  readonly isListed?: boolean;
  /** How the server sees the other phone; null where it follows it no more. */
  readonly standing?: Partial<PowerStanding> | null;
  readonly rows?: readonly string[];
  readonly lastSeenAt?: number | null;
}

/** One phone that only a restart helps, and another that may hang at what is switched for it. */
function bench(scene: Scene) {
  const clock = new FakeClock(100 * MINUTES);
  const template = parseArgvTemplate(scene.command ?? 'poe {port}', POWER_PLACEHOLDERS);
  if (!template.ok) throw new Error(template.error);
  const { outletOf, lacks } = commandSwitch(template.value);
  const standing = { since: 0, heardAt: 90 * MINUTES, listensSince: 0, isResumable: false, code: null };
  const stuck: PowerStanding = { ...standing, mac: STUCK, state: 'held', code: 'P_NEEDS_RESTART', isResumable: true };
  const world = {
    other: scene.standing === null ? null : { ...standing, mac: OTHER, state: 'landed', ...scene.standing },
    isListed: scene.isListed ?? true,
    onDecide: () => {},
  };
  const switched: string[] = [];
  const withheld: string[] = [];
  const reasons: string[] = [];
  let plans: PowerPlans = new Map();
  const known = (mac: MacAddress): KnownPhone => ({
    mac,
    address: mac === OTHER ? (scene.address ?? '10.0.0.8') : '10.0.0.7',
    label: mac === OTHER ? (scene.label ?? 'desk 2') : 'desk 1',
    port: mac === OTHER ? (scene.port ?? 'gi0/8') : 'gi0/8',
    isListed: mac === OTHER ? world.isListed : true,
    lastSeenAt: mac === OTHER ? (scene.lastSeenAt ?? null) : null,
  });
  const rowOf = (file: string): HistoryEvent => ({ event: 'file.requested', at: 1, mac: OTHER, file });
  const nothing = () => {};
  const control = createPowerControl({
    fleet: {
      standings: () => [stuck, ...(world.other === null ? [] : [world.other])],
      isKeptWaiting: () => false,
      withhold: (mac) => {
        withheld.push(mac);
        return nothing;
      },
      withholdAnyway: (mac) => {
        withheld.push(mac);
        return nothing;
      },
      decide: async (_, { reason }) => {
        reasons.push(reason);
        world.onDecide();
        return true;
      },
    },
    power: {
      lacks,
      outletOf,
      cycle: async ({ mac }) => {
        switched.push(mac);
        return { isDone: true, text: 'done' };
      },
    },
    clock,
    log: { error: nothing, warn: nothing, info: nothing, debug: nothing },
    historyOf: (mac) => (mac === OTHER ? (scene.rows ?? []).map(rowOf) : []),
    targetOf: known,
    knownPhones: () => [known(STUCK), known(OTHER)],
    onPlans: (now) => {
      plans = now;
    },
  });
  control.start();
  const look = async () => {
    clock.advance(2_000);
    await settle();
    await settle();
  };
  return { clock, world, switched, withheld, reasons, look, why: () => plans.get(STUCK)?.why };
}

const IMAGE = 'P0S3-08-11-00.sb2';
const WRITING = `${OTHER} has the same port and may be writing its flash`;
const ON_LIST = `${OTHER} has the same port and is on the list, too: correct the list`;

test.each<[string, Scene, string]>([
  ['downloads', { standing: { state: 'downloading' } }, WRITING],
  ['flashes', { standing: { state: 'flashing' } }, WRITING],
  ['is held, was given an image and has not begun to boot', { standing: { state: 'held' }, rows: [IMAGE] }, WRITING],
  ['has landed and was given an image since its last boot', { rows: ['OS79XX.TXT', IMAGE] }, WRITING],
  ['was released with an image on its way', { standing: null, isListed: false, rows: [IMAGE] }, WRITING],
  ['is being served from a tree', { standing: { isServed: true } }, WRITING],
  [
    'was in a hop when the server ended, and has not been heard since the start',
    { standing: { state: 'confirming', heardAt: null, listensSince: 91 * MINUTES } },
    WRITING,
  ],
  ['is on the list and waits', { standing: { state: 'waiting', heardAt: null } }, ON_LIST],
  ['is on the list and held', { standing: { state: 'held' } }, ON_LIST],
  ['is on the list since a moment ago', { standing: null }, ON_LIST],
  ['writes its port otherwise', { standing: { state: 'flashing' }, port: ' GI0/8 ' }, WRITING],
  [
    'has landed and still asks',
    { standing: { heardAt: 99 * MINUTES } },
    `${OTHER} has the same port and may be there still`,
  ],
  [
    'was released and still asks',
    { standing: null, isListed: false, lastSeenAt: 99 * MINUTES },
    `${OTHER} has the same port and may be there still`,
  ],
])('a port is not switched that another phone has which %s, and status names that phone', async (_, scene, why) => {
  const { switched, look, why: told } = bench(scene);
  for (let n = 0; n < 5; n++) await look();
  expect(switched).toEqual([]);
  expect(told()).toBe(why);
});

test.each<[string, Scene]>([
  ['has landed and is silent', { rows: [IMAGE, 'OS79XX.TXT'] }],
  ['was released and is silent', { standing: null, isListed: false, lastSeenAt: 80 * MINUTES }],
  ['has another port', { standing: { state: 'flashing' }, port: 'gi0/9' }],
])('a phone is restarted where the other one %s', async (_, scene) => {
  const { switched, look } = bench(scene);
  for (let n = 0; n < 3; n++) await look();
  expect(switched).toEqual([STUCK]);
});

test.each<[string, Scene]>([
  ['poe {address}', { address: '10.0.0.7' }],
  ['poe {label}', { label: 'desk 1' }],
  ['poe all', {}],
])('without {port} the whole command tells who goes dark with a phone (%s)', async (command, scene) => {
  const flashing = { standing: { state: 'flashing' } };
  const both = bench({ command, ...scene, ...flashing });
  for (let n = 0; n < 3; n++) await both.look();
  expect(both.switched).toEqual([]);
  expect(both.why()).toBe(`${OTHER} is switched by the same command and may be writing its flash`);
});

test('a command that says another thing of each phone restarts one beside another that flashes', async () => {
  const { switched, look } = bench({ command: 'poe {mac}', standing: { state: 'flashing' } });
  for (let n = 0; n < 3; n++) await look();
  expect(switched).toEqual([STUCK]);
});

test('a phone that has landed and shares the port is shown no load either, until the power is back', async () => {
  const { withheld, look } = bench({});
  for (let n = 0; n < 3; n++) await look();
  expect(withheld).toEqual([STUCK, OTHER]);
});

test('a phone that begins to flash while the decision is being written keeps its power, and the record says that nothing was switched', async () => {
  const { world, switched, reasons, look } = bench({});
  world.onDecide = () => {
    world.other = { ...(world.other as PowerStanding), state: 'flashing' };
  };
  for (let n = 0; n < 3; n++) await look();
  expect(switched).toEqual([]);
  expect(reasons.at(-1)).toBe(`power cycle 1 of 2: not done: ${WRITING}`);
});

test('a phone that another process put on the list a moment ago counts before the power goes', async () => {
  const { world, switched, look } = bench({ standing: null, isListed: false });
  world.onDecide = () => {
    world.isListed = true;
  };
  for (let n = 0; n < 3; n++) await look();
  expect(switched).toEqual([]);
});

test('phones on the list that share a port are told, but not one that was released or has landed', () => {
  const record = (mac: string, port: string | null, status = 'enrolled', value = 'waiting') =>
    ({ mac, enrolment: { port, status }, snapshot: { value } }) as unknown as PhoneRecord;
  const records = [
    record(STUCK, 'gi0/8'),
    record(OTHER, 'Gi0/8'),
    record('0018B9000001', 'gi0/8', 'released'),
    record('0018B9000002', 'gi0/8', 'enrolled', 'landed'),
    record('0018B9000003', null),
    record('0018B9000004', null),
    record('0018B9000005', 'gi0/9'),
  ];
  expect(doublePortTexts(records)).toEqual([
    expect.stringContaining(`2 phones on the list have the port "gi0/8": ${STUCK}, ${OTHER}. loadstep does not switch`),
  ]);
  expect(doublePortTexts(records, new Set(['0018B9000005' as MacAddress]))).toEqual([]);
});
