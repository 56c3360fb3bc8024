import { afterEach, expect, test, vi } from 'vitest';
import { Batch } from '../support/batch-bench.ts';
import { HOUR, MINUTE } from '../support/clock.ts';
import { JumpingMachine } from '../support/jumping-machine.ts';
import { PACKAGES } from '../support/packages.ts';

afterEach(() => void vi.useRealTimers());

const SLEEPS: readonly (readonly [string, number, boolean])[] = [
  ['slept for 16 minutes', 16 * MINUTE, false],
  ['slept for nine hours', 9 * HOUR, false],
  ['was stopped for 16 minutes', 16 * MINUTE, true],
];

/** A phone of the oldest kind that is offered its load in a file without its name, and is known by its name alone. */
async function offered() {
  const machine = new JumpingMachine();
  const batch = await new Batch({ timing: { enrolmentPollMs: 500 } }, PACKAGES, machine).start();
  const mac = batch.plug('P0030301MFG2');
  await batch.until(() => batch.state(0) === 'offered');
  await batch.bench.take(`SEP${mac}.cnf.xml`, '192.0.2.10');
  return { machine, batch, mac };
}

test.each(SLEEPS)(
  'a name has gone stale when the machine %s: whoever has the address then is given nothing',
  async (_, ms, isStopped) => {
    const { machine, batch } = await offered();
    expect(await batch.bench.take('OS79XX.TXT', '192.0.2.10')).not.toBeNull();
    machine.sleep(ms, isStopped);
    expect(await batch.bench.take('OS79XX.TXT', '192.0.2.10')).toBeNull();
    machine.advance(MINUTE);
    expect(await batch.bench.take('OS79XX.TXT', '192.0.2.10')).toBeNull();
  },
);

test('a phone that says its name after the sleep is given what it was offered', async () => {
  const { machine, batch, mac } = await offered();
  machine.sleep(9 * HOUR, false);
  await batch.bench.take(`SEP${mac}.cnf.xml`, '192.0.2.10');
  machine.advance(1_000);
  expect(await batch.bench.take('OS79XX.TXT', '192.0.2.10')).not.toBeNull();
});
