import { expect, test } from 'vitest';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { Bench, macOf } from '../support/bench.ts';
import { heldBytes } from '../support/held-bytes.ts';
import { packagesOf } from '../support/packages.ts';

const TARGET = 'SIP42.9-3-1SR4-1S';
const [ALICE, BOB] = [macOf(1), macOf(2)];
const NAT = '192.0.2.99';

const bench = () => new Bench(packagesOf(TARGET)).start();
const linesOf = (made: Bench, event: string) => made.log.lines.filter((line) => line.event === event);

test('nameless requests of a shared address leave one line in the log, however many come', async () => {
  const made = await bench();
  for (const mac of [ALICE, BOB, ALICE, BOB]) await made.ask(`CTLSEP${mac}.tlv`, NAT);
  for (let n = 0; n < 300; n++) await made.ask('OS79XX.TXT', NAT, 40_000 + n);
  // Once for the age of a name, with what to do.
  const [line, ...more] = linesOf(made, 'address.ambiguous');
  expect(line).toMatchObject({ address: NAT, advice: expect.stringContaining('an address of its own') });
  expect(more).toEqual([]);
});

test('nameless requests of addresses that nobody knows do, too', async () => {
  const made = await bench();
  for (let n = 0; n < 300; n++) await made.ask('OS79XX.TXT', `10.1.${n >> 8}.${n & 255}`);
  expect(linesOf(made, 'address.unknown')).toHaveLength(20);
});

test('nameless requests of many shared addresses leave some lines in the log', async () => {
  const made = await bench();
  for (let n = 0; n < 300; n++) {
    const peer = `10.1.${n >> 8}.${n & 255}`;
    for (const mac of [ALICE, BOB]) await made.ask(`CTLSEP${mac}.tlv`, peer);
    await made.ask('OS79XX.TXT', peer);
  }
  expect(linesOf(made, 'address.ambiguous')).toHaveLength(20);
});

test('made-up names behind one address leave some lines in the log', async () => {
  const made = await bench();
  for (let n = 0; n < 300; n++) await made.ask(`SEP${macOf(1_000 + n)}.cnf.xml`, NAT);
  expect(linesOf(made, 'address.contradicted')).toHaveLength(20);
});

test('a phone is told the address of ours that it asked, not one that is guessed', async () => {
  const made = await bench();
  made.enrol(ALICE, TARGET, { from: 'SCCP42.8-5-2S' as LoadName, model: '7942' });
  const ask = async (name: string) => {
    const at = made.clock.now();
    const peer = { peerAddress: '192.0.2.10', peerPort: 50_000, localAddress: '192.168.1.3' };
    const answer = await made.fleet.handle({ at, ...peer, name, mode: 'octet' });
    return answer.kind === 'content' ? new TextDecoder().decode(heldBytes(answer.content)) : answer.kind;
  };
  let text = '';
  for (let round = 0; round < 3 && !text.includes('192.168.1.3'); round++) {
    for (const name of [`CTLSEP${ALICE}.tlv`, `ITLSEP${ALICE}.tlv`, `SEP${ALICE}.cnf.xml`]) text += await ask(name);
    made.clock.advance(60_000);
  }
  expect(text).toContain('<processNodeName>192.168.1.3</processNodeName>');
  expect(text).not.toContain('192.0.2.1<');
});

test('a request that cannot be recorded gets silence, so that the phone asks again', async () => {
  const made = await bench();
  made.enrol(ALICE, TARGET, { model: '7942' });
  made.store.failure = new Error('disk full');
  expect(await made.ask(`SEP${ALICE}.cnf.xml`, '192.0.2.10')).toEqual({ kind: 'silence' });
  expect(await made.ask(`SEP${ALICE}.cnf.xml`, '192.0.2.10')).toEqual({ kind: 'silence' });
});
