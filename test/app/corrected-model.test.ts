import { expect, test } from 'vitest';
import { enrolFor } from '../../src/app/list/enrol.ts';
import { statusOf } from '../../src/app/told/phone-status.ts';
import type { Evidence } from '../../src/core/identify/evidence.ts';
import type { ModelId } from '../../src/core/names/family.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { Bench, macOf } from '../support/bench.ts';
import { archivesOf } from '../support/model-phone.ts';
import { packagesOf } from '../support/packages.ts';
import { statusIn } from './what-is-told.ts';

// A list may name another model than the one on the label. What only that list said is not what the phone shows.

const MAC = macOf(1);
const PEER = '192.0.2.10';
const [OF_41, OF_42] = ['SIP41.9-2-1S', 'SIP42.9-3-1SR4-1S'];
const HEAD = [`CTLSEP${MAC}.tlv`, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', `SEP${MAC}.cnf.xml`];

/** A 7942 that the list calls a 7941, held since it refuses the manifest of the other family. */
async function refusing(): Promise<Bench> {
  const bench = await new Bench(packagesOf(OF_41, OF_42, 'SIP42.8-5-2S', 'SCCP42.8-5-2S', 'SCCP41.8-5-2S')).start();
  bench.addresses.tell(PEER, MAC);
  bench.enrol(MAC, OF_41, { model: '7941' });
  for (let boot = 0; boot < 12 && bench.state(MAC) !== 'held'; boot++) {
    bench.clock.advance(90_000);
    const answers = await bench.asks(PEER, ...HEAD, 'XMLDefault.cnf.xml');
    const [load] = answers.flatMap((text) => /[A-Z]+41\.[\w-]+S/.exec(text ?? '') ?? []);
    if (load !== undefined) await bench.asks(PEER, `${load}.loads`, `${load}.loads`);
  }
  return bench;
}

test('a phone that refuses the manifest is compared with its label first: the list may name another model', async () => {
  const bench = await refusing();
  expect(statusIn(bench, MAC)).toMatchObject({
    code: 'P_MANIFEST_LOOP',
    advice: expect.stringMatching(/^compare the model on its label with the list.*--model <that model>.*restart/),
  });
});

test.each(['at once', 'after a restart of the server'])(
  'a model that is corrected in the list counts %s',
  async (when) => {
    const bench = await refusing();
    bench.enrol(MAC, OF_42, { model: '7942' });
    if (when !== 'at once') await bench.restart(1_000);
    expect(statusIn(bench, MAC).reason ?? '').not.toContain('41');
    expect(bench.state(MAC)).not.toBe('held');
    const software = (bench.store.phone(MAC)?.evidence as Evidence | undefined)?.software ?? [];
    expect(software.filter(({ family }) => family === '41')).toEqual([]);
    bench.clock.advance(90_000);
    const answers = await bench.asks(PEER, ...HEAD);
    expect(answers.at(-1)).toMatch(/SIP42|SCCP42/);
  },
);

test('a load that the phone has proven keeps its family, whatever model is written in the list', async () => {
  const bench = await new Bench(packagesOf(OF_41, OF_42)).start();
  bench.addresses.tell(PEER, MAC);
  bench.enrol(MAC, OF_41, { model: '7941', from: 'SIP41.9-4-2SR3-1S' as never });
  await bench.asks(PEER, ...HEAD);
  bench.enrol(MAC, OF_41, { model: '7942', from: 'SIP41.9-4-2SR3-1S' as never });
  const software = (bench.store.phone(MAC)?.evidence as Evidence | undefined)?.software ?? [];
  expect(software).toMatchObject([{ family: '41' }]);
});

test.each([
  ['in the middle of its archives', 2],
  ['when it has all its archives', 5],
])(
  'a model that is corrected to another one of its family %s changes nothing of the round: the phone lands',
  async (_, archives) => {
    const bench = await new Bench(packagesOf(OF_41)).start();
    bench.addresses.tell(PEER, MAC);
    const enrolled = (model: ModelId, from: LoadName | null) => {
      const record = bench.store.phone(MAC);
      const wish = { mac: MAC, target: OF_41 as LoadName, from, label: null, model };
      enrolFor(bench.store, wish, bench.clock.wall(), record === null ? null : statusOf(record));
      bench.fleet.syncEnrolments();
    };
    enrolled('7941' as ModelId, 'SIP41.8-5-2S' as LoadName);
    await bench.asks(PEER, ...HEAD, `${OF_41}.loads`, ...archivesOf(OF_41).slice(0, archives));
    enrolled('7961' as ModelId, null);
    await bench.asks(PEER, ...archivesOf(OF_41).slice(archives));
    bench.clock.advance(60_000);
    await bench.asks(PEER, ...HEAD, '/mk-sip.jar', 'dialplan.xml');
    expect(bench.state(MAC)).toBe('landed');
    expect(statusIn(bench, MAC).model).toBe('7961');
  },
);

test('a phone whose boot loader asks by the number of another model than the list has is held with that, and goes on when it is corrected', async () => {
  const bench = await new Bench(packagesOf(OF_41)).start();
  bench.addresses.tell(PEER, MAC);
  bench.enrol(MAC, OF_41, { model: '7941' });
  await bench.asks(PEER, 'term61.default.loads');
  const told = statusIn(bench, MAC);
  expect(told).toMatchObject({ state: 'held', code: 'P_OTHER_MODEL' });
  expect(told.reason).toContain(
    'it asks for term61.default.loads, as a 7961 or 7961GE does in its boot loader, and the list calls it a 7941',
  );
  expect(told.advice).toContain(`loadstep enroll --mac ${MAC} --target ${OF_41} --model 7961`);
  bench.enrol(MAC, OF_41, { model: '7961' });
  bench.clock.advance(60_000);
  expect(await bench.asks(PEER, 'term61.default.loads')).not.toEqual([null]);
  await bench.asks(PEER, ...archivesOf(OF_41));
  bench.clock.advance(90_000);
  await bench.asks(PEER, ...HEAD);
  expect(statusIn(bench, MAC).state).not.toBe('held');
});

test('a model of its family that has left its boot loader is led on, whatever the list calls it', async () => {
  const bench = await new Bench(packagesOf(OF_41)).start();
  bench.addresses.tell(PEER, MAC);
  bench.enrol(MAC, OF_41, { model: '7941' });
  await bench.asks(PEER, 'term61.default.loads');
  bench.clock.advance(60_000);
  await bench.asks(PEER, ...HEAD);
  expect(statusIn(bench, MAC).state).not.toBe('held');
});
