import { expect, test } from 'vitest';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { EmulatedRoadPhone } from './emulated-road-phone.ts';
import { everyPackage } from './firmware.ts';
import { drive, MAC } from './fleet-road.ts';
import { allPairs, BOOT_LOADER, planOf } from './pairs.ts';

// From which release on Java phones ask for ITL files is inferred (java-phones 3.6): a knob. That of all other tests is 8.5.

test('Java phones that ask for no ITL file before 9.0 land, at the latest when somebody says what they run', {
  timeout: 120_000,
}, async () => {
  const { synthetic } = await everyPackage();
  const pairs = allPairs().filter(
    ({ model, from, target }) => model === '7942' && from !== BOOT_LOADER && from !== target,
  );
  const ends = { 'by itself': 0, 'when it was said': 0 };
  const stuck: string[] = [];
  for (const pair of pairs.filter((one) => planOf(one, synthetic).ok)) {
    const { model, from: load, target } = pair;
    const loadOf = (archives: readonly string[]) => synthetic.loadOf(archives);
    const phone = new EmulatedRoadPhone({ mac: MAC, model, load, knobs: { itlFrom: '9.0' }, loadOf });
    const first = await drive(phone, { target, model, from: null }, synthetic);
    const isAlone = first.state === 'landed' && phone.runs === target;
    if (isAlone) ends['by itself']++;
    const said = isAlone ? first : await drive(phone, { target, model, from: phone.runs as LoadName }, synthetic);
    if (!isAlone && said.state === 'landed' && phone.runs === target) ends['when it was said']++;
    if (said.state !== 'landed' || phone.runs !== target || (!isAlone && first.state !== 'held'))
      stuck.push(`${load} to ${target}: ${first.state} ${first.code}, then ${said.state} ${said.code} on ${said.runs}`);
  }
  expect(stuck).toEqual([]);
  expect(ends['by itself']).toBeGreaterThan(10);
  expect(ends['when it was said']).toBeGreaterThan(10);
});
