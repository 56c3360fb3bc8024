import { expect, test } from 'vitest';
import { createPortWatch } from '../../src/app/bench/port-watch.ts';
import type { SwitchAccess } from '../../src/ports/switches.ts';
import { FakeClock } from '../support/clock.ts';

function access(name: string): SwitchAccess {
  return {
    ...{ name, address: '192.0.2.1', port: 161, version: '2c', user: null, addedAt: 0 },
    secret: { community: 'x', authKey: null, privKey: null },
  };
}

function bench() {
  const clock = new FakeClock();
  const walked: string[] = [];
  const switches = [access('sw1'), access('sw2')];
  const links = new Set<(name: string) => void>();
  const silent = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} };
  const hold: { wait: Promise<void> | null } = { wait: null };
  const watch = createPortWatch({
    clock,
    log: silent,
    switches: () => switches,
    links: {
      onLink(hear) {
        links.add(hear);
        return () => links.delete(hear);
      },
    },
    shelf: {
      sealedSwitches: () => switches.map(({ secret: _, ...one }) => ({ ...one, sealed: new Uint8Array(), keyId: '' })),
      places: () => new Map(),
      keepPlaces: () => {},
    },
    walker: {
      async walk({ name }) {
        walked.push(name);
        await hold.wait;
        const seen = {
          sysName: name,
          description: '',
          isCisco: true,
          ports: [],
          powerUnknown: null,
          isPowerCounted: false,
          lacks: [],
        };
        return {
          seen: { ...seen, has: { cdp: false, lldp: false, bridge: false, power: false } },
          tookMs: 1,
        };
      },
    },
    decide: async () => true,
    phone: () => null,
  });
  const settled = async () => {
    for (let n = 0; n < 30; n++) await Promise.resolve();
  };
  const link = async (name: string) => {
    for (const hear of links) hear(name);
    await settled();
  };
  return { clock, watch, walked, link, links, settled, hold };
}

test('a switch that says that a link changed is asked at once, and no other one is', async () => {
  const { watch, walked, link, settled } = bench();
  watch.start();
  await settled();
  walked.splice(0);
  await link('sw2');
  expect(walked).toEqual(['sw2']);
});

test('a storm of such words is one walk now and one after five seconds, whatever comes in between', async () => {
  const { watch, walked, link, clock, settled } = bench();
  watch.start();
  await settled();
  walked.splice(0);
  for (let n = 0; n < 1_000; n++) await link('sw1');
  expect(walked).toEqual(['sw1']);
  clock.advance(4_999);
  await settled();
  expect(walked).toEqual(['sw1']);
  clock.advance(1);
  await settled();
  expect(walked).toEqual(['sw1', 'sw1']);
  clock.advance(20_000);
  await settled();
  expect(walked).toEqual(['sw1', 'sw1']);
});

test('a name that is no switch is asked nothing, and costs nothing to remember', async () => {
  const { watch, walked, link, settled } = bench();
  watch.start();
  await settled();
  walked.splice(0);
  await link('sw3');
  expect(walked).toEqual([]);
});

test('a watch that was stopped hears nothing any more, and waits for the walk that it began', async () => {
  const { watch, walked, link, links, hold, settled } = bench();
  watch.start();
  await settled();
  let release = () => {};
  hold.wait = new Promise<void>((resolve) => {
    release = resolve;
  });
  await link('sw1');
  let isStopped = false;
  const stopping = watch.stop().then(() => {
    isStopped = true;
  });
  await settled();
  expect([isStopped, links.size]).toEqual([false, 0]);
  release();
  await stopping;
  const before = walked.length;
  await link('sw1');
  expect(walked).toHaveLength(before);
});
