import { expect, test } from 'vitest';
import { Bench, macOf } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';
import { Restarting } from './restarting.ts';

const MAC = macOf(1);
const PEER = '192.0.2.10';
const JAVA = 'SIP42.9-3-1SR4-1S';
const [CTL, SEP] = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`];

/** A 7942 on SIP that has just asked for something: it may be told ten seconds later. */
async function java(): Promise<Restarting> {
  const bench = await new Bench(packagesOf(JAVA)).start();
  bench.enrol(MAC, JAVA, { model: '7942' });
  bench.addresses.tell(PEER, MAC);
  const one = new Restarting(bench);
  one.sender.lacking.clear();
  await bench.asks(PEER, CTL, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', SEP, '/mk-sip.jar');
  return one;
}

const soon = (one: Restarting, seconds: number) => ({ until: one.bench.clock.wall() + seconds * 1_000 });

test('a wish that is withdrawn while it waits is not carried out', async () => {
  const one = await java();
  const number = one.wish(MAC);
  await one.pass(3);
  expect(one.answer(number)).toBeNull();
  one.wishes.keepRestart({ number }, 0);
  await one.pass(2);
  expect(one.answer(number)).toMatchObject({ result: 'refused', tries: [] });
  await one.pass(60);
  expect(one.sender.sent).toEqual([]);
});

test('one that nobody renews lapses, and one that is renewed does not', async () => {
  const [left, kept] = [await java(), await java()];
  const numbers = [left.wish(MAC, soon(left, 5)), kept.wish(MAC, soon(kept, 5))];
  await Promise.all([left.pass(4), kept.pass(4)]);
  kept.wishes.keepRestart({ number: numbers[1] ?? 0 }, soon(kept, 20).until);
  await Promise.all([left.pass(60), kept.pass(10)]);
  expect(left.sender.sent).toEqual([]);
  expect(left.answer(numbers[0] ?? 0)).toMatchObject({ result: 'refused' });
  expect(kept.sender.sent).toEqual([`service-control ${PEER}`]);
});

test('one in whose place another has come is not carried out, and the other one has its turn', async () => {
  const one = await java();
  one.wish(MAC);
  await one.pass(3);
  const number = one.wish(MAC, { by: 'telnet' });
  await one.pass(20);
  expect(one.sender.sent).toEqual([]);
  expect(one.answer(number)).toMatchObject({ result: 'refused', text: 'what it runs is not restarted so' });
});

test('after a way that came to nothing the next one is not tried for somebody who has gone', async () => {
  const one = await java();
  await one.pass(15);
  one.sender.answers = () => ({ isTaken: true, text: 'it answered 200 OK' });
  const number = one.wish(MAC);
  await one.pass(5);
  expect(one.sender.sent).toEqual([`service-control ${PEER}`]);
  one.wishes.keepRestart({ number }, 0);
  await one.pass(400);
  expect(one.sender.sent).toEqual([`service-control ${PEER}`]);
  expect(one.answer(number)).toMatchObject({
    result: 'refused',
    tries: expect.arrayContaining([expect.objectContaining({ rung: 'service-control', isTried: true })]),
  });
});

test('what is being said to it is not said again for somebody who has gone, and it is shown nothing as long as it may have heard it', async () => {
  const one = await java();
  await one.pass(15);
  one.sender.answers = () => null;
  const number = one.wish(MAC);
  await one.pass(5);
  expect(one.sender.brokenOff).toBe(0);
  one.wishes.keepRestart({ number }, 0);
  await one.pass(1);
  expect(one.sender.brokenOff).toBe(1);
  expect(one.answer(number)).toMatchObject({ result: 'refused' });
  await one.pass(120);
  expect(await one.bench.take(SEP, PEER)).toBeNull();
  await one.pass(60);
  expect(await one.bench.take(SEP, PEER)).toContain(JAVA);
});

test('what was told already is waited for, so that the phone is shown nothing meanwhile', async () => {
  const one = await java();
  await one.pass(15);
  const number = one.wish(MAC);
  await one.pass(5);
  one.wishes.keepRestart({ number }, 0);
  await one.pass(20);
  expect(await one.bench.take(SEP, PEER)).toBeNull();
  await one.bench.asks(PEER, CTL);
  await one.pass(1);
  expect(one.answer(number)).toMatchObject({ result: 'restarted' });
});

test('a wish for which nobody waits any more is answered, however many others are under way', async () => {
  const macs = Array.from({ length: 9 }, (_, n) => macOf(n + 1));
  const bench = await new Bench(packagesOf(JAVA)).start();
  for (const mac of macs) bench.enrol(mac, JAVA, { model: '7942' });
  const one = new Restarting(bench);
  const numbers = macs.map((mac) => one.wish(mac));
  await one.pass(2);
  one.wishes.keepRestart({ number: numbers[8] ?? 0 }, 0);
  await one.pass(2);
  expect(numbers.map((number) => one.answer(number)?.text ?? null)).toEqual([
    ...Array(8).fill(null),
    'nobody waits for it any more',
  ]);
});
