import { expect, test } from 'vitest';
import { STANDSTILLS } from './standstills.ts';
import { A, MAC, Told } from './told-bench.ts';

test.each(STANDSTILLS)(
  'a phone that stands still since $because has a reason and a help',
  async ({ told, happens, ...want }) => {
    const it = told?.() ?? new Told();
    await it.bench.start();
    await happens(it);
    const { state, reason, advice } = it.report();
    expect({ state, reason, advice }).toEqual({
      state: want.state,
      reason: expect.stringMatching(want.reason),
      advice: expect.stringMatching(want.help),
    });
    const line = it.line();
    expect(line).toContain(reason);
    expect(line).toContain(`What to do: ${advice}`);
  },
);

test('a phone that is being asked which files it takes is not said to have missed one', async () => {
  const told = new Told();
  await told.bench.start();
  told.enrol('P0S3-08-11-00');
  told.bench.addresses.tell(A, MAC);
  await told.boot(['OS79XX.TXT', 'SIPDefault.cnf', 'SIP<MAC>.cnf', 'P0S3-00-0-00.sbn']);
  const { reason, advice } = told.report();
  expect(reason).not.toContain('did not get it');
  expect(reason).toMatch(/shown a name that no load has, and asked for P0S3-00-0-00\.sbn/);
  expect(advice).toMatch(/^wait: .* at its next boot/);
});

test.each([null, 'SCCP42.8-5-2S'])(
  'a phone that is up and asks for its own file alone is to be restarted, when %s is said to run',
  async (from) => {
    const told = new Told();
    await told.bench.start();
    told.enrol('SIP42.9-3-1SR4-1S', from, '7942');
    for (let poll = 0; poll < 3; poll++) {
      await told.boot([`SEP${MAC}.cnf.xml`]);
      const { state, advice } = told.report();
      if (state === 'identifying') expect(advice).toMatch(/shows what it runs only when it boots; .*unplug/);
    }
    expect(told.report().advice).toMatch(/boots|restart/);
  },
);

test.each([[[`SIP${MAC}.cnf`]], [[`MGC${MAC}.cnf`]], [[`SIP${MAC}.cnf`, 'RINGLIST.DAT', 'dialplan.xml']]])(
  'nor do the polls of %j show what a 7940 runs (legacy-79x0 11.1 H)',
  async (names) => {
    const told = new Told();
    await told.bench.start();
    told.enrol('P0S3-08-11-00', null, '7940');
    for (let poll = 0; poll < 5; poll++) await told.boot(names);
    expect(told.report().state).toBe('identifying');
    expect(told.report().advice).toMatch(/shows what it runs only when it boots; .*unplug/);
  },
);
