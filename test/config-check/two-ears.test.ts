import { expect, test } from 'vitest';
import type { ModelId } from '../../src/core/names/family.ts';
import { takeConfiguration } from '../../src/emulator/config/take-configuration.ts';
import { CONFIG_MAC, generated, wishFor } from '../support/phone-config.ts';
import { check } from './checked.ts';
import { mutated } from './mutate.ts';

// The emulated phone has readers and rules of its own. What it would not register with has to have a finding; that there may be findings about what
// it takes is no fault: it knows no PBX, and no files beside.

const PHONES: readonly (readonly [ModelId, string])[] = [
  ['7960', 'P0S3-8-12-00'],
  ['7940', 'P0S3-07-5-00'],
  ['7941', 'SIP41.8-5-4S'],
  ['7942', 'SIP42.9-4-2SR3-1S'],
];

/** Files as they are with one line taken out, doubled or moved, and with signs taken out and put in. */
function* broken(text: string): Generator<string> {
  const lines = text.split('\n');
  for (const [at, line] of lines.entries()) {
    yield lines.toSpliced(at, 1).join('\n');
    yield [...lines.toSpliced(at, 1), line].join('\n');
    yield lines.with(at, line.replace(/(:\s*"|>)[^"<]+("|<)/, '$1$2')).join('\n');
    yield lines.with(at, line.replace(/(:\s*"|>)[^"<]+("|<)/, '$1UNPROVISIONED$2')).join('\n');
    yield lines.with(at, line.replace(/(:\s*"|>)[^"<]+("|<)/, `$1${'x'.repeat(200)}$2`)).join('\n');
    yield lines.with(at, line.replace(/(:\s*"|>)[^"<]+("|<)/, '$10$2')).join('\n');
    yield lines.with(at, line.replace(/(:\s*"|>)[^"<]+("|<)/, '$13$2')).join('\n');
  }
  for (let seed = 0; seed < 3000; seed += 1) yield mutated(text, seed);
}

test.each(PHONES)(
  'whatever a %s on %s does not register with has a finding that it will not work, or work badly',
  (model, load) => {
    const { files } = generated(wishFor(model, load));
    const name = Object.keys(files).find((one) => one.includes(CONFIG_MAC)) ?? '';
    const shared = files['SIPDefault.cnf'];
    const silent: string[] = [];
    let refused = 0;
    for (const text of broken(files[name] ?? '')) {
      const { verdict } = takeConfiguration({ model, load, mac: CONFIG_MAC, files: { ...files, [name]: text } });
      if (verdict === 'registers') continue;
      refused += 1;
      if (!hasFinding(name, text, load, model, shared)) silent.push(`${verdict}: ${text}`);
    }
    expect(refused).toBeGreaterThan(100);
    expect(silent.map((text) => text.slice(0, 3000)).slice(0, 1), `${silent.length} of ${refused}`).toEqual([]);
  },
  // It took 35 s on a machine that others wanted, too.
  180_000,
);

function hasFinding(name: string, text: string, load: string, model: ModelId, shared: string | undefined): boolean {
  try {
    const known = { load, model, ...(shared === undefined ? {} : { before: shared }) };
    return check(name, text, known).some(({ severity }) => severity !== 'harmless');
  } catch (error) {
    // Signs that no text has: the file is passed over, and that is said.
    return error instanceof Error && error.message.startsWith('passed over');
  }
}
