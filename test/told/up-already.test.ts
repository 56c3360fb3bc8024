import { expect, test } from 'vitest';
import { pollingNote } from '../../src/cli/output/polling-note.ts';
import { MAC, Told } from './told-bench.ts';

const POLL = ['SIPDefault.cnf', `SIP${MAC}.cnf`];
const BOOT = ['OS79XX.TXT', ...POLL];

async function identified(names: readonly string[]): Promise<{ told: Told; notes: string[]; look: () => void }> {
  const told = new Told();
  await told.bench.start();
  told.enrol('P0S3-08-11-00', null, '7940');
  const notes: string[] = [];
  const note = pollingNote(told.bench.store, MAC, (text) => notes.push(text));
  await told.boot(names);
  return { told, notes, look: () => note(told.bench.clock.wall()) };
}

test('a phone that was up when it was first heard is to be restarted, also when what it polls fits several loads', async () => {
  const { told } = await identified(POLL);
  for (let poll = 0; poll < 3; poll++) {
    const { state, reason, advice } = told.report();
    expect({ state, reason, advice }).toEqual({
      state: 'identifying',
      reason: expect.stringMatching(/fits several loads .*shows more only when it boots/),
      advice: expect.stringMatching(/^restart it: when its screen is idle .*unplug its power/),
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
  told.bench.clock.advance(1);
  look();
  look();
  expect(notes).toEqual([
    expect.stringMatching(/Restart it: when its screen is idle.* --from and the load on its display/),
  ]);
});

test('of a phone whose boot is heard from its beginning nothing of that is said', async () => {
  const { told, notes, look } = await identified(BOOT);
  look();
  told.bench.clock.advance(60_000);
  look();
  expect(notes).toEqual([]);
  expect(told.report().reason ?? '').not.toContain('only when it boots');
});
