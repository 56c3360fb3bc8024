import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readOwnFile } from '../../src/core/answer/own-file.ts';
import { ERROR_CODES } from '../../src/core/errors.ts';
import { classifyName } from '../../src/core/names/asked-name.ts';
import { generateConfiguration } from '../../src/core/phone-config/generate.ts';
import { type ConfigWish, DEFAULT_CONFIG_SETTINGS } from '../../src/core/phone-config/wish.ts';
import { takeConfiguration } from '../../src/emulator/config/take-configuration.ts';
import { CONFIG_FACTS, CONFIG_MAC, SIP_PHONES } from '../support/phone-config.ts';

/** Words that would break out of a value, name a load, or move the phone, and ordinary ones. */
const odd = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constantFrom(
    'P0S3-07-5-00',
    'SIP42.8-5-4S',
    '"',
    ';',
    '</name>',
    '&amp;',
    'a\nb: c',
    'USECALLMANAGER',
    'UNPROVISIONED',
    '201',
    '',
  ),
);
const plain = fc.stringMatching(/^[A-Za-z0-9]{1,12}$/);
const word = fc.oneof({ weight: 15, arbitrary: plain }, { weight: 1, arbitrary: odd });
const password = fc.oneof(
  { weight: 15, arbitrary: fc.stringMatching(/^[A-Za-z0-9]{8,30}$/) },
  { weight: 1, arbitrary: odd },
);
const line = fc.record({
  line: fc.oneof({ weight: 9, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.integer({ min: 0, max: 9 }) }),
  extension: word,
  name: odd,
  authName: word,
  password,
});
const keys = [
  ...CONFIG_FACTS.legacyKeys.map(({ key }) => key.replace('{n}', '1')),
  ...CONFIG_FACTS.javaElements.map(({ path }) => path),
];
const settings = fc.record({
  ntp: fc.option(word),
  dateForm: fc.constantFrom('D/M/Y', 'M/D/Y'),
  dialPlan: fc.array(fc.record({ match: odd, timeoutSeconds: fc.nat(20) }), { maxLength: 3 }),
  rings: fc.array(fc.record({ label: word, file: fc.constantFrom('a.raw', 'b.raw') }), { maxLength: 2 }),
  servicesUrl: fc.constantFrom('', 'http://192.0.2.10/s'),
  messages: word,
  nat: fc.boolean(),
  sync: word,
  phonePassword: fc.option(word),
  ownKeys: fc.dictionary(fc.oneof(fc.constantFrom(...keys), word), odd, { maxKeys: 2 }),
  ownFiles: fc.array(
    fc.record({
      name: fc.oneof(odd, fc.constantFrom('dialplan.xml', `SIP${CONFIG_MAC}.cnf`)),
      content: fc.uint8Array({ maxLength: 60 }),
    }),
    { maxLength: 1 },
  ),
});
const wishes: fc.Arbitrary<ConfigWish> = fc
  .record({
    phone: fc.constantFrom(...SIP_PHONES),
    label: fc.option(odd),
    lines: fc.option(fc.uniqueArray(line, { minLength: 1, maxLength: 3, selector: (one) => one.line })),
    host: fc.oneof({ weight: 12, arbitrary: fc.constant('192.0.2.10') }, { weight: 1, arbitrary: odd }),
    transport: fc.constantFrom('udp', 'tcp'),
    settings: fc.option(settings, { freq: 1 }),
  })
  .map(({ phone: [model, load], label, lines, host, transport, settings: chosen }) => ({
    phone: { mac: CONFIG_MAC, model, load, label },
    account: lines === null ? null : { mac: CONFIG_MAC, label: null, lines },
    pbx: { host, port: 5060, transport },
    settings: { ...DEFAULT_CONFIG_SETTINGS, ...chosen },
  }));

test('whatever is wished, there is a reason or a configuration that the phone takes, for its own load, its own lines and nobody else', () => {
  const seen = { made: 0, refused: 0 };
  fc.assert(
    fc.property(wishes, (wish) => {
      const made = generateConfiguration(wish, CONFIG_FACTS);
      if (!made.ok) {
        seen.refused++;
        expect(Object.keys(ERROR_CODES)).toContain(made.error.code);
        // A refusal is shown and logged: it repeats no password.
        for (const { password: secret, ...shown } of wish.account?.lines ?? []) {
          if (secret.length > 12 && !JSON.stringify(shown).includes(secret))
            expect(made.error.message).not.toContain(secret);
        }
        return;
      }
      seen.made++;
      const { mac, model, load } = wish.phone;
      const files = Object.fromEntries(
        made.value.files.map(({ name, content }) => [name, new TextDecoder().decode(content)]),
      );
      for (const { name, content } of made.value.files) {
        const asked = classifyName(name);
        if (!['sip-phone', 'sip-default', 'sep-xml', 'xml-default'].includes(asked.kind)) continue;
        const own = readOwnFile(asked, content, load);
        expect(own).toMatchObject({ kind: 'fits' });
        expect(own).not.toHaveProperty('isMended');
      }
      // A file of the operator's own, or an own key, may say anything else of lines.
      if (wish.settings.ownFiles.length > 0 || Object.keys(wish.settings.ownKeys).length > 0) return;
      const taken = takeConfiguration({ model, load, mac, files });
      expect(taken.status.filter((text) => /^W3[1-4]0/.test(text))).toEqual([]);
      const wanted = (wish.account?.lines ?? [])
        .toSorted((a, b) => a.line - b.line)
        .map(({ extension, authName, password: secret }) => [extension, authName, secret]);
      expect(taken.lines.map(({ name, authName, password: secret }) => [name, authName, secret]).toSorted()).toEqual(
        wanted.toSorted(),
      );
    }),
    { numRuns: 1000 },
  );
  expect(seen.made).toBeGreaterThan(150);
  expect(seen.refused).toBeGreaterThan(150);
});
