import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PROBING } from '../../src/app/phone/offers.ts';
import type { LiveEvent } from '../../src/app/record/live-event.ts';
import type { PhoneStatus } from '../../src/app/told/phone-status.ts';
import { hopView } from '../../src/cli/output/hop-view.ts';
import { PROBE_LOAD } from '../../src/core/answer/answer.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import { FakeTerminal } from '../support/terminal.ts';

const mac = '0018B9C0FFEE' as MacAddress;
const T0 = new Date(2026, 10, 21, 12).getTime();
const [SIP5, LOADER, SIP8] = ['P0S3-05-3-00', 'P003-08-11-00', 'P0S3-08-11-00'] as const;
const ROAD = [SIP5, LOADER, SIP8];
const NOWHERE = { state: 'waiting', hop: 0, hops: 0, load: null, code: null, reason: null, advice: null } as const;
const STATUS: PhoneStatus = {
  ...NOWHERE,
  ...{ mac, label: '会議室 2', model: '7940', target: SIP8, from: null, start: 'SCCP 3.x', isEnrolled: true },
  ...{ since: null, deadlineAt: null, lastSeenAt: null },
};

const at = (seconds: number) => ({ at: T0 + seconds * 1000, mac, hops: 3, target: SIP8 });
const state = (seconds: number, hop: number, name: string): LiveEvent => ({
  ...{ event: 'phone.state', ...at(seconds), hop, state: name, load: ROAD[hop - 1] ?? SIP5 },
});
const sent = (seconds: number, hop: number, file: string, bytes: number): LiveEvent => ({
  ...{ event: 'file.sent', ...at(seconds), hop, file, bytes, size: bytes },
});
const progress = (seconds: number, hop: number, file: string, bytes: number, size: number): LiveEvent => ({
  ...{ event: 'file.progress', ...at(seconds), hop, file, bytes, size, state: 'downloading' },
});

/** A road as a phone goes it, in seconds since it began to be followed. */
const STORY: readonly LiveEvent[] = [
  { event: 'phone.seen', ...at(42), hop: 0, hops: 0, peer: '192.168.1.23:50000' },
  { event: 'phone.state', ...at(42), hop: 0, hops: 0, state: 'identifying' },
  { event: 'phone.planned', ...at(60), hop: 1, road: ROAD },
  state(60, 1, 'offered'),
  state(80, 1, 'downloading'),
  progress(85, 1, `${SIP5}.bin`, 200_000, 398_244),
  sent(90, 1, `${SIP5}.bin`, 398_244),
  state(90, 1, 'flashing'),
  state(130, 1, 'confirming'),
  state(135, 2, 'offered'),
  state(135, 2, 'downloading'),
  sent(140, 2, `${LOADER}.sbn`, 130_956),
  state(140, 2, 'flashing'),
  state(170, 3, 'offered'),
  state(171, 3, 'downloading'),
  progress(175, 3, `${SIP8}.sb2`, 394_000, 756_524),
];

function watched(terminal: FakeTerminal, options: { bell?: boolean; left?: number | null; past?: LiveEvent[] } = {}) {
  const view = hopView(terminal, options.bell ?? false);
  let status = STATUS;
  const times = { leftMs: () => options.left ?? null };
  const listening = { port: 69, addresses: ['192.168.1.3'] };
  const begin = () =>
    view.begin({
      mac,
      target: SIP8,
      now: T0,
      past: options.past ?? [],
      status: () => status,
      times,
      listening,
      recordFlags: [],
    });
  return {
    view,
    begin,
    becomes(change: Partial<PhoneStatus>) {
      status = { ...status, ...change };
    },
  };
}

const picture = (name: string) => join(import.meta.dirname, 'screens', `${name}.txt`);

test.each([40, 80, 120, 200])(
  'a road is drawn in place on %i columns, from the first wait to the card at its end',
  async (columns) => {
    const terminal = new FakeTerminal(columns, 24);
    const { view, begin, becomes } = watched(terminal, { left: 41_000 });
    const shots: string[] = [];
    const shoot = async (what: string) => shots.push(`--- ${what}\n${await terminal.screen()}\n`);
    begin();
    view.tick(T0 + 8000);
    await shoot('nothing has come');
    for (const event of STORY) view.show(event);
    await shoot('a file is under way');
    view.show(sent(185, 3, `${SIP8}.sb2`, 756_524));
    view.show(state(185, 3, 'flashing'));
    view.tick(T0 + 199_000);
    await shoot('it writes its flash');
    becomes({ state: 'landed', hop: 3, hops: 3 });
    view.show(state(240, 3, 'landed'));
    view.show({
      event: 'phone.landed',
      ...at(240),
      witnesses: ['(a) SIPDefault.cnf after the manifest: its application runs'],
    });
    view.finish({ kind: 'landed', tookMs: 240_000 });
    view.close();
    await shoot('it has landed');
    // Only the commands on the card, which are for copying.
    expect((await terminal.brokenRows()).filter((row) => !/^[0-9A-F]+$| --[a-z]|^bx ADDRESS$/.test(row))).toEqual([]);
    await expect(shots.join('\n')).toMatchFileSnapshot(picture(`road-${columns}`));
  },
);

test('a line that moves leaves no trace, also when the terminal is made narrower meanwhile', async () => {
  const terminal = new FakeTerminal(120, 24);
  const { view, begin } = watched(terminal);
  begin();
  for (const event of STORY) view.show(event);
  await terminal.screen();
  terminal.resize(60, 24);
  for (let second = 176; second < 190; second++) view.tick(T0 + second * 1000);
  const lines = (await terminal.screen()).split('\n');
  expect(lines.filter((line) => line.includes('DHCP option'))).toHaveLength(1);
  expect(lines.filter((line) => line.includes(LOADER))).toHaveLength(1);
});

test('what has to be read stands above the road, and inside knowledge does not', async () => {
  const terminal = new FakeTerminal(80, 24);
  const { view, begin } = watched(terminal);
  begin();
  view.show({ event: 'phone.finding', ...at(50), finding: 'loader', reason: 'hunted for a configuration' });
  view.show({ event: 'file.refused', ...at(51), file: 'P0S3-08-2-00.bin', reason: 'no such file', code: 'P_X' });
  view.show({ event: 'phone.decision', ...at(52), file: 'SIP0018B9C0FFEE.cnf', reason: PROBING });
  view.show({ event: 'file.refused', ...at(53), file: `${PROBE_LOAD}.sbn`, reason: 'no such file' });
  view.aside(() => terminal.write('a line of the log\n'));
  const screen = await terminal.screen();
  expect(screen).not.toMatch(/no load has|P0S3-00-0-00/);
  expect(screen).not.toContain('hunted');
  expect(screen.indexOf('P0S3-08-2-00.bin')).toBeGreaterThan(-1);
  expect(screen.indexOf('a line of the log')).toBeLessThan(screen.indexOf('DHCP option'));
});

test('a road that is gone on with is drawn with what was done before', async () => {
  const terminal = new FakeTerminal(80, 24);
  const { view, begin, becomes } = watched(terminal, { past: STORY.slice(0, 14) });
  becomes({ state: 'offered', hop: 3, hops: 3 });
  begin();
  view.tick(T0 + 171_000);
  expect(await terminal.screen()).toMatch(/✓ 1 {2}P0S3-05-3-00 {3}398 kB {5}1 min 15 s\n✓ 2 .*\n▸ 3/);
});

test('a hold ends with its reason, what to do, and the commands to copy', async () => {
  const terminal = new FakeTerminal(60, 24);
  const { view, begin, becomes } = watched(terminal);
  begin();
  for (const event of STORY) view.show(event);
  becomes({
    state: 'held',
    code: 'P_STALLED',
    reason: 'it stopped asking in the middle of hop 3',
    advice: 'look at it',
  });
  view.show({ ...state(900, 3, 'held') });
  expect(view.finish({ kind: 'held' })).toBe(true);
  view.close();
  const screen = await terminal.screen();
  expect(screen.slice(screen.indexOf('! HELD'))).toBe(`! HELD  0018B9C0FFEE  [P_STALLED]
  why         it stopped asking in the middle of hop 3
  what to do  look at it
  then        type the same command again
  more        loadstep explain P_STALLED`);
});

test('Ctrl-C in the middle of a flash is answered in lines of its own', async () => {
  const terminal = new FakeTerminal(40, 24);
  const { view, begin } = watched(terminal);
  begin();
  for (const event of STORY) view.show(event);
  view.show(state(185, 3, 'flashing'));
  terminal.write('^C');
  view.finish({ kind: 'stopped', by: 'SIGINT', isBusy: true });
  view.close();
  const screen = await terminal.screen();
  expect(screen).not.toContain('^C');
  expect(screen).toContain(
    `Stopped by SIGINT. Do NOT unplug the\nphone: it may be writing its flash.\n  next  The same command goes on from\n        here.`,
  );
});

test('the bell rings for whoever is needed, and only when it was asked for', () => {
  for (const bell of [true, false]) {
    const terminal = new FakeTerminal(80, 24);
    const { view, begin } = watched(terminal, { bell });
    begin();
    view.tick(T0 + 1000);
    const rings = () => terminal.text.split('\u0007').length - 1;
    expect(rings()).toBe(0);
    view.call('Unplug it.');
    expect(rings()).toBe(bell ? 1 : 0);
    view.finish({ kind: 'held' });
    expect(rings()).toBe(bell ? 2 : 0);
  }
});

test('more hops than the terminal has rows leave the newest in sight', async () => {
  const terminal = new FakeTerminal(80, 5);
  const { view, begin } = watched(terminal);
  begin();
  for (const event of STORY) view.show(event);
  view.tick(T0 + 180_000);
  const lines = (await terminal.screen()).split('\n');
  expect(lines.length).toBeLessThanOrEqual(5);
  expect(lines.some((line) => line.includes(SIP8))).toBe(true);
});
