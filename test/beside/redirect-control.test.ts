import { expect, test } from 'vitest';
import type { PowerFleet } from '../../src/app/bench/power-fleet.ts';
import { RedirectControl } from '../../src/app/bench/redirect-control.ts';
import type { LiveEvent } from '../../src/app/record/live-event.ts';
import { AppError } from '../../src/core/errors.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import type { LogFields } from '../../src/ports/log.ts';
import { type PortRedirect, REDIRECT_LIFE_MS } from '../../src/ports/port-redirect.ts';
import { FakeClock } from '../support/clock.ts';

type State = 'waiting' | 'downloading' | 'held' | 'landed' | 'cancelled';

/** Lets everything run that only waits for promises. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

function bench(states: Record<string, State>, leases: Record<string, string> | null = null) {
  const clock = new FakeClock();
  const said: (readonly string[])[] = [];
  const lines: string[] = [];
  let trouble: Error | null = null;
  let hasEnded = false;
  let isMissing = false;
  let notice = () => {};
  const [away, failures]: [(string | null)[], string[]] = [[], []];
  const redirect: PortRedirect = {
    where: 'table ip loadstep_6969 of nftables',
    async check() {},
    async direct({ macs, addresses }, onMissing) {
      if (trouble !== null) throw trouble;
      if (isMissing) onMissing?.();
      isMissing = false;
      said.push([...macs, ...addresses]);
    },
    onGone(tell) {
      notice = tell;
    },
    async end() {
      hasEnded = true;
    },
  };
  const line = ({ event }: LogFields) => void lines.push(event);
  const control = new RedirectControl({
    ...{ redirect, clock, log: { error: line, warn: line, info: line, debug: line } },
    onAway: (why) => void away.push(why),
    onFailure: ({ code }) => void failures.push(code),
    remoteAddresses: leases === null ? null : async (macs) => macs.flatMap((mac) => leases[mac] ?? []),
  });
  const standing = ([mac, state]: [string, State]) => {
    const rest = { since: 0, heardAt: null, listensSince: 0, code: null, isResumable: false, isServed: false };
    return { mac: mac as MacAddress, state, ...rest };
  };
  const fleet: Pick<PowerFleet, 'standings'> = { standings: () => Object.entries(states).map(standing) };
  const note = (event: string) => control.note({ event, at: 0 } as LiveEvent);
  const pass = async (ms: number) => {
    clock.advance(ms);
    await settle();
  };
  return {
    ...{ control, fleet, said, lines, states, note, pass, clock, away, failures },
    gone: () => notice(),
    fail: (error: Error | null) => {
      trouble = error;
    },
    hasEnded: () => hasEnded,
    lose: () => {
      isMissing = true;
    },
  };
}

const REFUSED = new AppError('E_REDIRECT_REFUSED', 'nft refused');

test('phones under way, waiting and held are redirected; landed ones and those that were taken off the list are not', async () => {
  const { control, fleet, said } = bench({ B: 'downloading', A: 'waiting', C: 'held', D: 'landed', E: 'cancelled' });
  await control.begin(fleet);
  expect(said).toEqual([['A', 'B', 'C']]);
});

test('a redirect is renewed so often that one attempt may fail before it runs out', async () => {
  const { control, fleet, said, pass } = bench({ A: 'waiting' });
  await control.begin(fleet);
  await pass(REDIRECT_LIFE_MS);
  for (let i = 0; i < 5; i++) await pass(REDIRECT_LIFE_MS / 3);
  expect(said.length).toBeGreaterThanOrEqual(6);
  expect(said.every((macs) => macs.join() === 'A')).toBe(true);
});

test('a phone that lands leaves at once, and many changes at a time are one', async () => {
  const { control, fleet, said, states, note, pass } = bench({ A: 'downloading', B: 'waiting' });
  await control.begin(fleet);
  states.A = 'landed';
  for (let i = 0; i < 100; i++) note('phone.state');
  await pass(200);
  expect(said).toEqual([['A', 'B'], ['B']]);
});

test('a change that comes while the last one is under way is not lost', async () => {
  const { control, fleet, said, states, note, pass, clock } = bench({ A: 'waiting' });
  await control.begin(fleet);
  states.B = 'waiting';
  note('phone.enrolled');
  clock.advance(200);
  states.C = 'waiting';
  note('phone.enrolled');
  await settle();
  await pass(200);
  expect(said.at(-1)).toEqual(['A', 'B', 'C']);
});

test('what the phones ask otherwise changes nothing', async () => {
  const { control, fleet, said, note, pass } = bench({ A: 'waiting' });
  await control.begin(fleet);
  note('file.progress');
  note('phone.request');
  await pass(1000);
  expect(said).toHaveLength(1);
});

test('trouble is told once and tried again, and so is its end', async () => {
  const { control, fleet, said, lines, fail, pass } = bench({ A: 'waiting' });
  await control.begin(fleet);
  fail(REFUSED);
  for (let i = 0; i < 4; i++) await pass(REDIRECT_LIFE_MS / 3);
  fail(null);
  await pass(REDIRECT_LIFE_MS / 3);
  expect(lines).toEqual(['redirect.phones', 'redirect.failed', 'redirect.restored']);
  expect(said).toHaveLength(2);
});

test('a server whose redirect is refused at the start says so, and takes nothing away that may be of another', async () => {
  const { control, fleet, fail, hasEnded } = bench({ A: 'waiting' });
  await control.stop();
  expect(hasEnded()).toBe(false);
  fail(REFUSED);
  await expect(control.begin(fleet)).rejects.toThrow('nft refused');
});

test('a server that ends leaves every phone with the other server, and lays nothing afterwards', async () => {
  const { control, fleet, said, note, pass, hasEnded, clock } = bench({ A: 'waiting' });
  await control.begin(fleet);
  await control.stop();
  expect(hasEnded()).toBe(true);
  note('phone.enrolled');
  await pass(REDIRECT_LIFE_MS * 2);
  expect(said).toHaveLength(1);
  expect(clock.pending).toBe(0);
});

test('a phone behind a router is redirected by the address that it has, as soon as it has one, and its new one', async () => {
  const leases: Record<string, string> = {};
  const { control, fleet, said, pass } = bench({ A: 'waiting', B: 'landed' }, leases);
  await control.begin(fleet);
  leases.A = '10.1.0.7';
  leases.B = '10.1.0.8';
  await pass(500);
  leases.A = '10.1.0.9';
  for (let i = 0; i < 5; i++) await pass(500);
  expect(said).toEqual([['A'], ['A', '10.1.0.7'], ['A', '10.1.0.9']]);
});

test('while nothing changes the leases are looked at, and the redirect is renewed no more often than without them', async () => {
  const { control, fleet, said, pass } = bench({ A: 'waiting' }, { A: '10.1.0.7' });
  await control.begin(fleet);
  for (let i = 0; i < 30; i++) await pass(500);
  expect(said).toHaveLength(4);
});

test('the other server may have answered until the redirect was laid, and where it was found missing until it was laid anew', async () => {
  const { control, fleet, lose, pass, clock } = bench({ A: 'waiting' });
  clock.advance(5_000);
  expect(control.answeredElsewhere()).toBe(clock.now());
  await control.begin(fleet);
  const began = clock.now();
  for (let i = 0; i < 3; i++) await pass(REDIRECT_LIFE_MS / 3);
  expect(control.answeredElsewhere()).toBe(began);
  lose();
  await pass(REDIRECT_LIFE_MS / 3);
  const anew = clock.now();
  await pass(1_000);
  expect(control.answeredElsewhere()).toBe(anew);
});

test('a redirect that cannot be renewed holds until it runs out, and then the other server answers', async () => {
  const { control, fleet, fail, pass, clock } = bench({ A: 'waiting' });
  await control.begin(fleet);
  const began = clock.now();
  fail(REFUSED);
  await pass(REDIRECT_LIFE_MS - 1);
  expect(control.answeredElsewhere()).toBe(began);
  await pass(1);
  expect(control.answeredElsewhere()).toBe(clock.now());
  await pass(60_000);
  expect(control.answeredElsewhere()).toBe(clock.now());
  fail(null);
  await pass(REDIRECT_LIFE_MS / 3);
  const again = clock.now();
  await pass(1_000);
  expect(control.answeredElsewhere()).toBe(again);
});

test('a redirect that was renewed too late ran out in between, though it works again', async () => {
  const { control, fleet, pass, clock } = bench({ A: 'waiting' });
  await control.begin(fleet);
  await pass(REDIRECT_LIFE_MS * 2);
  const late = clock.now();
  await pass(1_000);
  expect(control.answeredElsewhere()).toBe(late);
});

test('what is noticed to be gone is laid anew at once, and the gap is one in which the other server may have answered', async () => {
  const { control, fleet, said, pass, clock, gone, lose } = bench({ A: 'waiting' });
  await control.begin(fleet);
  await pass(1_000);
  gone();
  lose();
  expect(control.answeredElsewhere()).toBe(clock.now());
  await pass(0);
  expect(said).toHaveLength(2);
  const back = clock.now();
  await pass(1_000);
  expect(control.answeredElsewhere()).toBe(back);
});

test('others are told why phones are not led here, and when they are again', async () => {
  const { control, fleet, pass, fail, gone, away, failures } = bench({ A: 'waiting' });
  await control.begin(fleet);
  fail(REFUSED);
  gone();
  await pass(0);
  await pass(REDIRECT_LIFE_MS / 3);
  expect(away).toEqual(['nft refused']);
  fail(null);
  await pass(REDIRECT_LIFE_MS / 3);
  expect([away, failures]).toEqual([['nft refused', null], []]);
});

test('what will not mend itself is told once, nothing is tried after it, and what was laid is taken away all the same', async () => {
  const { control, fleet, said, pass, fail, gone, failures, hasEnded } = bench({ A: 'waiting' });
  await control.begin(fleet);
  fail(new AppError('E_FOLDER_LOST', 'lost'));
  gone();
  await pass(0);
  fail(null);
  await pass(REDIRECT_LIFE_MS);
  expect([failures, said]).toEqual([['E_FOLDER_LOST'], [['A']]]);
  await control.stop();
  expect(hasEnded()).toBe(true);
});
