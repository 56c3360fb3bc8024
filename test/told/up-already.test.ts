import { expect, test } from 'vitest';
import { restartNote } from '../../src/cli/output/restart-note.ts';
import { MAC, Told } from './told-bench.ts';

const POLL = ['SIPDefault.cnf', `SIP${MAC}.cnf`];
const BOOT = ['OS79XX.TXT', ...POLL];

interface Followed {
  readonly told: Told;
  readonly notes: string[];
  readonly look: () => void;
}

async function following(): Promise<Followed> {
  const told = new Told();
  await told.bench.start();
  const notes: string[] = [];
  const begun = told.bench.clock.wall();
  const note = restartNote(
    told.store(),
    MAC,
    () => begun,
    (text) => notes.push(text),
  );
  return { told, notes, look: () => note(told.bench.clock.wall()) };
}

async function identified(names: readonly string[], from: string | null = null): Promise<Followed> {
  const followed = await following();
  followed.told.enrol('P0S3-08-11-00', from, '7940');
  await followed.told.boot(names);
  return followed;
}

test('a phone that was up when it was first heard is to be restarted, also when what it polls fits several loads', async () => {
  const { told } = await identified(POLL);
  for (let poll = 0; poll < 3; poll++) {
    const { state, reason, advice } = told.report();
    expect({ state, reason, advice }).toEqual({
      state: 'identifying',
      reason: expect.stringMatching(/fits several loads .*it is up and polls, and may show more when it boots/),
      advice: expect.stringMatching(
        /^restart it: when its screen is idle .*unplug its power.*; only where a restart has not told: say what it runs: loadstep enroll/,
      ),
    });
    await told.boot([`SIP${MAC}.cnf`]);
  }
});

test('upgrade says so once, after a few seconds, while the phone polls', async () => {
  const { told, notes, look } = await identified(POLL);
  look();
  told.bench.clock.advance(7_999);
  look();
  expect(notes).toEqual([]);
  told.bench.clock.advance(4_001);
  look();
  look();
  expect(notes).toEqual([expect.stringMatching(/Restart it: when its screen is idle.* plug it in again\.$/)]);
});

test('of a phone whose boot is heard from its beginning nothing of that is said', async () => {
  const { told, notes, look } = await identified(BOOT);
  look();
  told.bench.clock.advance(60_000);
  look();
  expect(notes).toEqual([]);
  expect(told.report().reason ?? '').not.toContain('only when it boots');
});

test('a phone whose load was said, and that polls, is to be restarted in the words of status', async () => {
  const { told, notes, look } = await identified(POLL, 'P0S3-08-2-00');
  for (let second = 0; second < 24; second++) {
    look();
    if (second < 20) expect(notes).toEqual([]);
    told.bench.clock.advance(1_000);
  }
  const { state, reason, advice } = told.report();
  expect(state).toBe('offered');
  expect(notes).toEqual([`The phone needs a restart (${reason}): ${advice}.`]);
  expect(advice).toMatch(/unplug its power for ten seconds/);
});

test.each([
  { heard: 'before', said: [expect.stringMatching(/^The phone needs a restart \(it asked this server before/)] },
  { heard: 'never', said: [] },
])('a phone that was heard $heard when it is put on the list', async ({ heard, said }) => {
  const { told, notes, look } = await following();
  if (heard === 'before') await told.boot(POLL);
  told.enrol('P0S3-08-11-00', null, '7940');
  for (let second = 0; second < 30; second++) {
    look();
    told.bench.clock.advance(1_000);
  }
  expect(notes).toEqual(said);
});
