import { expect, test } from 'vitest';
import { isJavaFamily } from '../../src/core/names/family.ts';
import { familyOfLoad } from '../../src/core/names/load-name.ts';
import { linesOf } from '../../src/core/phone-config/check-account.ts';
import { takeConfiguration } from '../../src/emulator/config/take-configuration.ts';
import {
  accountOf,
  CONFIG_FACTS,
  CONFIG_MAC,
  generated,
  line,
  ruleOf,
  SIP_PHONES,
  wishFor,
} from '../support/phone-config.ts';
import { check, short } from './checked.ts';

// For every load of the matrix with every model that takes it: what `configure` and `serve --configure` write is taken by the emulated phone's own
// reader, and `config check` has no word about it.

type Wish = NonNullable<Parameters<typeof wishFor>[2]>;
const ZONE = { zone: ruleOf('Europe/Berlin'), ntp: '192.0.2.1' };

/** Every finding in the files of a phone, checked as the folder that a TFTP server would serve. */
function findingsIn(model: (typeof SIP_PHONES)[number][0], load: string, wish: Wish) {
  const { files } = generated(wishFor(model, load, wish));
  const beside = Object.keys(files);
  const before = files['SIPDefault.cnf'];
  const pbx = wish.pbx ?? { host: '192.0.2.10', port: 5060 };
  return Object.entries(files)
    .filter(([name]) => /\.(cnf|xml|DAT)$/.test(name))
    .flatMap(([name, text]) =>
      check(name, text, {
        load,
        model,
        isSecondHand: name.includes(CONFIG_MAC),
        beside,
        sizes: { 'bell.raw': 480 },
        ...(before === undefined || name === 'SIPDefault.cnf' ? {} : { before }),
        ...(wish.account === null ? {} : { pbx: { host: pbx.host, port: pbx.port } }),
      }).map((finding) => `${name}: ${short(finding)} ${finding.place}: ${finding.wrong}`),
    );
}

const isJava = (load: string) => isJavaFamily(familyOfLoad(load) ?? '79x0');
const ownKey = (load: string, legacy: string, java: string) => (isJava(load) ? java : legacy);

const WISHES: readonly (readonly [string, (model: (typeof SIP_PHONES)[number][0], load: string) => Wish])[] = [
  ['its account', () => ({ settings: ZONE })],
  [
    'a line for each of its keys, and the longest label and names',
    (model) => ({
      label: 'A label that is too long for the phone',
      account: accountOf(
        ...Array.from({ length: linesOf(model, CONFIG_FACTS.forms) }, (_, k) =>
          line(`20${k}`, { line: k + 1, name: 'x'.repeat(32), authName: `a${k}`, password: 's3cretPW9012' }),
        ),
      ),
      settings: ZONE,
    }),
  ],
  [
    'a PBX that listens on another port, over TCP where it can',
    () => ({ pbx: { host: '192.0.2.10', port: 5160, transport: 'tcp' }, settings: ZONE }),
  ],
  [
    'every setting that has a flag',
    (model) => ({
      settings: {
        zone: ruleOf('America/New_York'),
        ntp: '192.0.2.1',
        dateForm: 'M/D/Y',
        hours: 12,
        dialPlan: [
          { match: '2..', timeoutSeconds: 0 },
          { match: '0*', timeoutSeconds: 4 },
        ],
        rings: [{ label: 'Old bell', file: 'bell.raw' }],
        backgrounds: /^79(?:06|11|31|40|60)/.test(model) ? [] : [{ image: 'sea.png', thumbnail: 'sea-small.png' }],
        directoryUrl: 'http://192.0.2.10/directory.xml',
        servicesUrl: 'http://192.0.2.10/services.xml',
        messages: '*97',
        phonePassword: 'bench1234',
        codec: 'g711alaw',
        expirySeconds: 600,
        sync: '7',
        ownFiles: [{ name: 'bell.raw', content: new Uint8Array(480) }],
      },
    }),
  ],
  [
    'keys and a file of its own',
    (_, load) => ({
      settings: {
        ...ZONE,
        ownKeys: {
          [ownKey(load, 'call_waiting', 'sipProfile/sipCallFeatures/remoteCcEnable')]: ownKey(load, '0', 'false'),
        },
        ownFiles: isJava(load) ? [{ name: 'softkeys.xml', content: new TextEncoder().encode(SOFT_KEYS) }] : [],
      },
    }),
  ],
];
const SOFT_KEYS = `<softKeyCfg><versionStamp>1</versionStamp>
<typeSoftKey><softKeyDef keyID="1"><tag>Redial</tag><eventID>1</eventID><helpID>1</helpID></softKeyDef></typeSoftKey>
<softKeySets><softKeySet id="On Hook"><softKey keyID="1"/></softKeySet></softKeySets></softKeyCfg>`;

test.each(SIP_PHONES)(
  'a %s on %s takes what is written for it, whatever is chosen, and it has no finding',
  (model, load) => {
    for (const [name, wishOf] of WISHES) {
      const wish = wishOf(model, load);
      const { files } = generated(wishFor(model, load, wish));
      const taken = takeConfiguration({ model, load, mac: CONFIG_MAC, files });
      const lines = (wish.account ?? accountOf(line('201'))).lines;
      expect([taken.verdict, taken.screen, taken.status.filter((text) => /^W3[1-4]0|^E/.test(text))], name).toEqual([
        'registers',
        '',
        [],
      ]);
      expect(
        taken.lines.map(({ name: user, authName, password }) => [user, authName, password]),
        name,
      ).toEqual(lines.map(({ extension, authName, password }) => [extension, authName, password]));
      expect(findingsIn(model, load, wish), name).toEqual([]);
    }
  },
);

test.each(SIP_PHONES)('a parked %s on %s has one harmless finding, which says that it is parked', (model, load) => {
  for (const pbx of [null, { host: '192.0.2.10', port: 5060, transport: 'udp' } as const]) {
    for (const label of ['Desk 4', undefined]) {
      const settings = ZONE;
      const wish = { account: null, pbx, settings, ...(label === undefined ? {} : { label }) };
      const found = findingsIn(model, load, wish).map((text) => text.replace(/^.*: \d+ /, ''));
      expect(found).toEqual([expect.stringMatching(/^P_PARKED harmless /)]);
    }
  }
});

test('with NAT on there is a harmless word about that, since it harms behind some routers', () => {
  for (const [model, load] of [
    ['7960', 'P0S3-8-12-00'],
    ['7942', 'SIP42.9-4-2SR3-1S'],
  ] as const) {
    const found = findingsIn(model, load, { settings: { ...ZONE, nat: true } });
    expect(found).toEqual([expect.stringMatching(/P_NAT_KEYS harmless/)]);
  }
});
