import { expect, test } from 'vitest';
import { createPowerControl } from '../../src/app/bench/power-control.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import type { PowerOutcome } from '../../src/ports/power-switch.ts';
import { MINUTE } from '../support/clock.ts';
import { PACKAGES } from '../support/packages.ts';
import { A, MAC, Told } from '../told/told-bench.ts';

// A phone that loadstep restarted by its switch port, and that does not get any further by that: whoever reads of it is told so, and what is left.

const SIP8 = 'P0S3-08-11-00';
const BOOT = ['CTLSEP<MAC>.tlv', 'SEP<MAC>.cnf.xml'];

interface Scene {
  /** What becomes of the command; it ends well where nothing is said. */
  readonly outcome?: PowerOutcome;
  /** Names that the phone asks after its power was switched. */
  readonly boots?: readonly string[];
  /** What the phone does before. */
  readonly happens: (told: Told) => Promise<void>;
}

/** A fleet, and the switch in front of it; what is told of the phone after an hour. */
async function afterAnHour({ outcome = { isDone: true, text: 'the command ended well' }, boots = [], happens }: Scene) {
  const told = new Told(PACKAGES);
  const { bench } = told;
  await bench.start();
  const switched: number[] = [];
  let isToBoot = false;
  const control = createPowerControl({
    fleet: bench.fleet,
    power: {
      lacks: () => null,
      outletOf: ({ port }) => (port === null ? null : { kind: 'port', key: port }),
      cycle: async () => {
        switched.push(bench.clock.now());
        isToBoot = true;
        return outcome;
      },
    },
    clock: bench.clock,
    log: bench.log,
    historyOf: (mac) => bench.store.history({ mac }),
    targetOf: (mac: MacAddress) => ({ mac, address: A, label: null, port: 'gi0/1' }),
    knownPhones: () => [],
  });
  bench.fleet.onEvent((event) => {
    if (event.event !== 'server.listening' && event.event !== 'file.progress' && event.mac !== undefined)
      control.note(event);
  });
  control.start();
  await happens(told);
  for (let n = 0; n < 60; n++) {
    bench.clock.advance(MINUTE);
    await new Promise((resolve) => setImmediate(resolve));
    if (!isToBoot || boots.length === 0) continue;
    isToBoot = false;
    await told.boot(boots);
  }
  control.stop();
  return {
    told,
    switched,
    held: [...bench.store.history({ mac: MAC })].findLast(({ event }) => event === 'phone.held'),
  };
}

const offered = async (told: Told) => {
  told.enrol(SIP8, null, '7940');
  told.bench.addresses.tell(A, MAC);
  await told.boot(['CTLSEP<MAC>.tlv', 'SEP<MAC>.cnf.xml', 'SIP<MAC>.cnf', 'MGC<MAC>.cnf', 'XMLDefault.cnf.xml']);
};

test('a held phone whose port was switched, and that asked for nothing since, is not told to be restarted as if nobody had', async () => {
  const { told, switched } = await afterAnHour({ happens: offered });
  expect(switched).toHaveLength(2);
  const { state, code, reason, advice } = told.report();
  expect({ state, code }).toEqual({ state: 'held', code: 'P_NEEDS_RESTART' });
  expect(reason).toMatch(
    /loadstep switched its power off and on twice, the last time \d+ min.* ago, and it has begun no boot since/,
  );
  expect(advice).toMatch(
    /see whether the phone goes dark when the command is run for its port; .*unplug its power for ten seconds/,
  );
});

test('one that booted and did the same is held with that, and with what is left to do', async () => {
  const { told, held } = await afterAnHour({ happens: offered, boots: BOOT });
  expect(held?.reason).toMatch(
    /loadstep switched its power off and on (once|twice, the last time),? \d+ min.* before, and it goes on as it did/,
  );
  expect(told.report().advice).toMatch(
    /^a restart has not helped: check on its screen that it uses this server, and which load it runs/,
  );
});

test.each([['a command that fails', { isDone: false, text: 'it ended with code 3' }]])(
  '%s is not told as a restart',
  async (_, outcome) => {
    const { told } = await afterAnHour({ happens: offered, outcome });
    expect(told.report().reason).not.toMatch(/switched its power/);
    expect(told.report().advice).toMatch(/^it is writing nothing now: unplug its power/);
  },
);

test('a phone that never asked, and whose port was switched, is told so', async () => {
  const { told, switched } = await afterAnHour({ happens: async (told) => told.enrol(SIP8, null, '7940') });
  expect(switched).toHaveLength(2);
  const { state, reason, advice } = told.report();
  expect(state).toBe('waiting');
  expect(reason).toMatch(
    /^it has not asked this server yet; loadstep switched its power off and on twice, the last time .* ago, and it has begun no boot since/,
  );
  expect(advice).toMatch(/goes dark when the command is run for its port/);
});

test('what helped is told no more: a phone that came for its load after its power was switched', async () => {
  const { told } = await afterAnHour({
    happens: offered,
    boots: ['CTLSEP<MAC>.tlv', 'SEP<MAC>.cnf.xml', 'SIP<MAC>.cnf', `${SIP8}.loads`],
  });
  expect(told.report().reason ?? '').not.toMatch(/switched its power/);
});
