import { expect, test } from 'vitest';
import { readMatrix } from '../../src/adapters/matrix-reader.ts';
import { matrixFolder } from '../../src/adapters/package-root.ts';
import { CONFIGURED_FOR_MS, MadeConfigurations } from '../../src/app/configuration/made-configurations.ts';
import { WHY_ROWS, whyItStands } from '../../src/app/told/why-it-stands.ts';
import { GivenConfigurations } from '../../src/cli/output/landed-words.ts';
import type { Account } from '../../src/core/account/account.ts';
import { AppError } from '../../src/core/errors.ts';
import { classifyName } from '../../src/core/names/asked-name.ts';
import type { ModelId } from '../../src/core/names/family.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { DEFAULT_CONFIG_SETTINGS } from '../../src/core/phone-config/wish.ts';
import { takeConfiguration } from '../../src/emulator/config/take-configuration.ts';
import type { LandedPhone } from '../../src/ports/configurations.ts';
import { Bench, macOf } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';
import { CONFIG_FACTS, line } from '../support/phone-config.ts';

const MAC = macOf(1);
const PEER = '192.0.2.7';
const [SIP8, SIP42] = ['P0S3-08-11-00', 'SIP42.9-3-1SR4-1S'];
const [SIP, DEFAULT, SEP, CTL] = [`SIP${MAC}.cnf`, 'SIPDefault.cnf', `SEP${MAC}.cnf.xml`, `CTLSEP${MAC}.tlv`];
const HUNT = [CTL, SEP, SIP, `${SIP8}.loads`];
const PBX = { host: '192.0.2.10', port: 5060, transport: 'udp' } as const;

/** Accounts that a test may change, and everything that is logged. */
function made(start: Account | AppError | null, forMs: number | null = CONFIGURED_FOR_MS) {
  const book: { account: Account | AppError | null; asked: number } = { account: start, asked: 0 };
  const logged: unknown[] = [];
  const note = (fields: unknown) => void logged.push(fields);
  const configurations = new MadeConfigurations({
    accounts: {
      of: () => {
        book.asked++;
        if (book.account instanceof Error) throw book.account;
        return book.account;
      },
      all: () => [],
    },
    facts: CONFIG_FACTS,
    matrix: readMatrix(matrixFolder()),
    pbx: PBX,
    settings: DEFAULT_CONFIG_SETTINGS,
    forMs,
    log: { error: note, warn: note, info: note, debug: note },
  });
  return { book, logged, configurations };
}

const account = (password = 's3cretPW'): Account => ({ mac: MAC, label: null, lines: [line('201', { password })] });
const phone = (model: ModelId | null, load: string, landedForMs = 0): LandedPhone => ({
  ...{ mac: MAC, model, load: load as LoadName, label: null, landedForMs },
});

test('a phone is given the files of its account, in any spelling, and nothing under the names of others', () => {
  const { configurations } = made(account());
  const file = (name: string) => configurations.file(phone('7942', SIP42), classifyName(name));
  expect(file(SEP)).toMatchObject({ words: 'configuration (account 201)' });
  expect(file(SEP.toLowerCase())).toEqual(file(SEP));
  expect(file('/dialplan.xml')).toMatchObject({ words: 'configuration (account 201)' });
  for (const name of [SIP, DEFAULT, 'XMLDefault.cnf.xml', 'RINGLIST.DAT', 'syncinfo.xml', `SEP${macOf(2)}.cnf.xml`]) {
    expect([name, file(name)]).toEqual([name, null]);
  }
});

test('the same phone gets the same bytes until its account changes', () => {
  const { book, configurations } = made(account());
  const text = () => {
    const file = configurations.file(phone('7940', SIP8), classifyName(SIP));
    return file !== null && 'content' in file ? file.content : null;
  };
  const first = text();
  expect(text()).toBe(first);
  book.account = account('an0therPW');
  expect(new TextDecoder().decode(text() ?? new Uint8Array())).toContain('an0therPW');
});

test('a phone that landed more than a day ago is given nothing, unless it is to be given it for ever', () => {
  const day = 24 * 3_600_000;
  const ask = (forMs: number | null, landedForMs: number) =>
    made(account(), forMs).configurations.file(phone('7942', SIP42, landedForMs), classifyName(SEP));
  expect(ask(CONFIGURED_FOR_MS, day)).toMatchObject({ words: expect.any(String) });
  expect(ask(CONFIGURED_FOR_MS, day + 1)).toMatchObject({ advice: expect.stringContaining('--keep-configuring') });
  expect(ask(null, 1000 * day)).toMatchObject({ words: expect.any(String) });
  // What is no configuration of its kind stays as it is.
  const other = made(account()).configurations.file(phone('7940', SIP8, day + 1), classifyName(SEP));
  expect(other).toBeNull();
});

test('an account that the phone cannot have is told of once, and what it has is not taken from it', () => {
  const { configurations, logged } = made({ ...account(), lines: [line('201', { line: 5 })] });
  for (let i = 0; i < 3; i++) {
    expect(configurations.file(phone('7942', SIP42), classifyName(SEP))).toMatchObject({
      reason: expect.stringContaining('7942 has 2 lines'),
      advice: 'loadstep explain E_ACCOUNT_REFUSED',
    });
  }
  expect(logged).toHaveLength(1);
  expect(configurations.file(phone('7942', SIP42), classifyName('dialplan.xml'))).toBeNull();
});

test('a key that was lost takes no phone its lines, and throws nothing', () => {
  const { configurations, logged } = made(new AppError('E_ACCOUNTS_KEY_LOST', 'the key is lost'));
  for (let i = 0; i < 3; i++) {
    expect(configurations.file(phone('7942', SIP42), classifyName(SEP))).toMatchObject({
      reason: expect.stringContaining('the key is lost'),
    });
  }
  expect(logged).toHaveLength(1);
  // What its loader asks first is answered with its load, as ever.
  expect(configurations.file(phone('7940', SIP8), classifyName(SEP))).toBeNull();
});

test('a phone of which only the family is proven gets all lines of its account', () => {
  const two = { ...account(), lines: [line('201'), line('206', { line: 6 })] };
  const file = made(two).configurations.file(phone(null, SIP8), classifyName(SIP));
  expect(file !== null && 'content' in file && new TextDecoder().decode(file.content)).toContain('line6_name: "206"');
});

test('no log and no word of a configuration has a password in it', () => {
  const { configurations, logged } = made(account('Secret0Password0Long'));
  const file = configurations.file(phone('7942', SIP42), classifyName(SEP));
  expect(JSON.stringify([logged, file !== null && 'words' in file ? file.words : ''])).not.toContain('Secret0');
});

test('a 7940 that lands is told its account by the server that converted it, is recorded without it, and stays landed', async () => {
  const { configurations, book } = made(null);
  const bench = await new Bench(packagesOf('P0S3-05-3-00', SIP8), { configurations }).start();
  bench.addresses.tell(PEER, MAC);
  const boot = (...names: readonly string[]) => {
    bench.clock.advance(60_000);
    return bench.asks(PEER, ...names);
  };
  bench.enrol(MAC, SIP8, { from: null, model: '7940' });
  const before = await boot(...HUNT, `${SIP8}.sb2`, ...HUNT);
  expect(before.some((text) => text?.includes('line1_name'))).toBe(false);
  await bench.asks(PEER, DEFAULT);
  expect(bench.state(MAC)).toBe('landed');
  const files = async () => {
    const [general = null, own = null] = (await boot(...HUNT, DEFAULT, SIP, 'dialplan.xml')).slice(HUNT.length);
    return { 'SIPDefault.cnf': general ?? '', [SIP]: own ?? '' };
  };
  const parked = takeConfiguration({ model: '7940', load: SIP8, mac: MAC, files: await files() });
  expect([parked.verdict, parked.lines]).toEqual(['quiet', []]);
  const why = () => {
    const record = bench.store.phone(MAC);
    return record === null ? null : whyItStands(record, bench.store.history({ mac: MAC, limit: WHY_ROWS }));
  };
  expect(why()).toMatchObject({
    reason: expect.stringContaining('no account was kept for it'),
    advice: expect.stringContaining(`loadstep accounts set --mac ${MAC}`),
  });
  book.account = account();
  const taken = takeConfiguration({ model: '7940', load: SIP8, mac: MAC, files: await files(), kept: parked.kept });
  expect(taken.lines.map(({ name, proxy }) => [name, proxy])).toEqual([['201', '192.0.2.10']]);
  expect(bench.state(MAC)).toBe('landed');
  expect(why()).toBeNull();
  const given = new GivenConfigurations();
  expect([...bench.store.history({ mac: MAC })].flatMap((row) => given.newsOf(row) ?? [])).toEqual([
    'is given its configuration (parked)',
    'is given its configuration (account 201)',
  ]);
  const history = JSON.stringify([...bench.store.history({ mac: MAC })]);
  expect(history).toContain('configuration (parked)');
  expect(history).toContain('configuration (account 201)');
  expect(history).not.toContain('s3cretPW');
});

test('a 7942 that lands is told its account, and a 7942 on the list that has not landed is not', async () => {
  const bench = await new Bench(packagesOf(SIP42), { configurations: made(account()).configurations }).start();
  bench.addresses.tell(PEER, MAC);
  bench.enrol(MAC, SIP42, { from: null, model: '7942' });
  const list = [CTL, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', SEP];
  const images = packagesOf(SIP42).flatMap((pack) => pack.files.map(({ name }) => name));
  const asks = (...names: readonly string[]) => {
    bench.clock.advance(60_000);
    return bench.asks(PEER, ...names);
  };
  const before = await asks(...list, `${SIP42}.loads`, ...images.filter((name) => name.endsWith('.sbn')), ...list);
  expect(before.some((text) => text?.includes('authPassword'))).toBe(false);
  await asks(...list);
  expect(bench.state(MAC)).toBe('landed');
  const text = (await asks(...list)).at(-1) ?? '';
  const taken = takeConfiguration({ model: '7942', load: SIP42, mac: MAC, files: { [SEP]: text } });
  expect(taken.lines.map(({ name }) => name)).toEqual(['201']);
  expect(bench.state(MAC)).toBe('landed');
});
