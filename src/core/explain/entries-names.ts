import { OTHER_PHONES } from '../names/other-phones.ts';
import { type AskedPattern, type ExplainEntry, phoneEntry } from './entry.ts';

const MAC = '[0-9A-F]{12}';
const NOTHING = 'Nothing to do: to ask for this name is normal.';

/** A pattern of names with a sentence about the one that was asked. */
function asks(source: string, about?: AskedPattern['about']): AskedPattern {
  return { pattern: new RegExp(`^(?:${source})$`, 'i'), about: about ?? null };
}

/** What it means that a phone asks for a file of this name: configurations, and the files of its services. */
export const CONFIG_NAMES: readonly ExplainEntry[] = [
  phoneEntry({
    code: 'P_ASKS_SEP_XML',
    title: 'A phone asks for its XML configuration; the load that this file names decides what it runs.',
    server: '`SEP<MAC>.cnf.xml`',
    asks: [asks(`SEP${MAC}\\.cnf\\.xml`)],
    cause:
      'SCCP software, the loader of a 7940 or 7960 and every Java phone ask for it. A phone without one goes on to `XMLDefault.cnf.xml`, or asks again.',
    advice: [NOTHING, 'A phone that keeps asking for it and gets none is not provisioned, or not enrolled here.'],
    sources: ['S10', 'S38', 'C7', 'K1'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_ASKS_SIP_CNF',
    phones: '79x0',
    title: 'A 7940 or 7960 asks for its SIP configuration; after landing, every 31 s while there is none.',
    server: '`SIP<MAC>.cnf`; with a folder in front when `tftp_cfg_dir` is set, as in `./SIP<MAC>.cnf`',
    asks: [
      asks(`\\./SIP${MAC}\\.cnf`, () => 'The "./" in front is what tftp_cfg_dir in the general configuration says.'),
      asks(`SIP${MAC}\\.cnf`),
    ],
    cause: 'SIP software asks for it after `SIPDefault.cnf`; the loader asks for it while it hunts.',
    advice: [
      NOTHING,
      'Every 31 s from a new port: the conversion is done, and the phone waits for its lines (P_SIP_POLL_31S).',
    ],
    sources: ['S10', 'S13', 'BULK-2021'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_ASKS_SEP_CNF',
    phones: '79x0',
    title: 'An SCCP 3.x phone asks for its configuration in the old form.',
    server: '`SEP<MAC>.cnf`, without `.xml`',
    asks: [asks(`SEP${MAC}\\.cnf`)],
    cause: 'Only unsigned SCCP software of 3.x asks for it, after `SEP<MAC>.cnf.xml` and `XMLDefault.cnf.xml`.',
    advice: ['Nothing to do: it is a sign of old software. Enrol the phone; `loadstep plan` shows its road.'],
    sources: ['S10', 'S36'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_ASKS_MGC',
    phones: '79x0',
    title: 'The loader of a 7940 or 7960 hunts: it tries the configuration of each protocol, here of MGCP.',
    server: '`MGC<MAC>.cnf` or `MGCDefault.cnf`, among the names of SCCP and SIP',
    asks: [asks(`MGC${MAC}\\.cnf`), asks('MGCDefault\\.cnf')],
    cause:
      'The loader looks for a configuration in a fixed order, whatever application it holds. MGCP software asks too.',
    advice: ['Nothing to do: enrol the phone, and its next round is answered.'],
    sources: ['S10', 'S32'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_SIGNED_CONFIG_ASKED',
    title: 'The phone holds a trust list (ITL or CTL) of an earlier call manager and takes signed files only.',
    server: '`SEP<MAC>.cnf.xml.sgn` or `XMLDefault.cnf.xml.sgn`',
    asks: [asks(`SEP${MAC}\\.cnf\\.xml\\.sgn`), asks('XMLDefault\\.cnf\\.xml\\.sgn')],
    cause:
      'Once it has a trust list, a phone asks for its configuration with a signature that only its former call manager can make. Plain files are of no use to it.',
    advice: [
      'Erase the trust lists on the phone; it keeps its load. Then restart it.',
      'Do not put the plain file under the signed name: the phone refuses it.',
    ],
    keys: ['erase-trust-lists', 'restart'],
    sources: ['C7', 'CU', 'FIELD'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_ENCRYPTED_CONFIG_ASKED',
    title: 'The phone was told by an earlier call manager to take an encrypted, signed configuration only.',
    server: '`SEP<MAC>.cnf.xml.enc.sgn`',
    asks: [asks(`SEP${MAC}\\.cnf\\.xml\\.enc\\.sgn`)],
    cause:
      'It holds a trust list (ITL or CTL) of that call manager, and its last configuration asked for encryption. Only that call manager can make such a file.',
    advice: ['Erase the trust lists on the phone; it keeps its load. Then restart it.'],
    keys: ['erase-trust-lists', 'restart'],
    sources: ['C7', 'CU', 'FIELD'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_ASKS_DEFAULT_CONFIG',
    title: 'A phone asks for the configuration that all phones share.',
    server: '`OS79XX.TXT`, `SIPDefault.cnf`, `SEPDefault.cnf` or `XMLDefault.cnf.xml`',
    asks: [
      asks(
        'OS79XX\\.TXT',
        () => 'A 7940 or 7960 on software before 7.x asks for it first; it holds the name of one image.',
      ),
      asks(
        'SIPDefault\\.cnf',
        () => 'SIP software of a 7940 or 7960 asks for it, and so does the loader near the end of its hunt.',
      ),
      asks(
        'SEPDefault\\.cnf',
        () => 'SCCP 3.x and older ask for it; the oldest ask for nothing else (P_SEPDEFAULT_ONLY).',
      ),
      asks(
        'XMLDefault\\.cnf\\.xml',
        () => 'SCCP software and the loader ask for it when the phone has no file of its own.',
      ),
    ],
    cause:
      'Such a file names a load for everybody who reads it: a shared `OS79XX.TXT` flashes every old phone on the network. loadstep makes it for each phone, and only for phones on the list.',
    advice: [NOTHING, 'Make sure that no other TFTP server on the network holds a file of this name.'],
    sources: ['S1', 'S10', 'S33', 'S38'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_OTHER_MODEL',
    phones: 'java',
    title: 'The boot loader of the phone asks for the file of another model of its family than the list names.',
    server: '`term61.default.loads` from a phone that the list calls a 7941: each model has a number of its own.',
    cause:
      'The boot loader asks by the number of its own model, so it knows better than the list. It is given nothing that is made for another one.',
    advice: [
      'Read the model on its label, and correct the list: `loadstep enroll --mac MAC --target LOAD --model MODEL`.',
      'Then the phone goes on by itself; restart it when its screen is idle.',
    ],
    keys: ['restart'],
    sources: ['java-phones 4.3'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_OTHER_PHONE',
    title: 'A phone or adapter that loadstep does not convert, recognised by a name that only its kind asks for.',
    server:
      '`ld<MAC>` and `gk<MAC>` (7905 and 7912), `ata<MAC>` (ATA 186 and 188), or files of loads for the 7902, 7910, 7920, 7921, 7935, 7936, 7937, 69xx, 78xx or 88xx.',
    asks: OTHER_PHONES.filter(({ isPhone }) => isPhone).flatMap(({ phones, configs, loads }) =>
      [...configs, ...loads].map((pattern) => ({ pattern, about: () => `Only ${phones} asks for this name.` })),
    ),
    cause:
      'These phones have other hardware, other files and other ways to take them. Nothing that loadstep serves fits them, and it does them no harm.',
    advice: [
      'Check the model on the label of the phone, and take it off the list: `loadstep release --mac MAC`.',
      'To load it, use what its own guide says, such as the TFTP server that it had before (`--root` passes plain files on).',
    ],
    sources: ['S38', 'S6', 'C2', 'P6', 'O1', 'O2', 'O3', 'N1'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_EXPANSION_MODULE',
    title: 'Firmware of an expansion module (7914, 7915 or 7916), not of the phone.',
    server: '`B015-….SBN`, `B016-….SBN` or `S001….sbn` is asked for by the phone that the module is plugged into.',
    asks: OTHER_PHONES.filter(({ isPhone }) => !isPhone).flatMap(({ loads }) =>
      loads.map((pattern) => ({ pattern, about: null })),
    ),
    cause: 'The configuration of the phone names a load for its module, or the module asks for its own.',
    advice: ['Harmless for the conversion. Put the file into the tree of `--root` if the module is to be loaded.'],
    sources: ['P6', 'C2'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_SERVICE_FILE_REFUSED',
    title: 'Locale, tone, font, ring or dial-plan files are not found: harmless.',
    server:
      'Names such as `/mk-sip.jar`, `/g3-tones.xml`, `/7960-font.xml`, `RINGLIST.DAT`, `dialplan.xml`, some with a slash in front.',
    asks: [
      asks('(tc|gp|mk|be|td)-(sip|sccp)\\.jar', () => 'It is the locale of a Java phone: texts in a language.'),
      asks('[^/]*-(font|tones|kate)\\.xml', () => 'It is a locale file: fonts or tones.'),
      asks('[^/]*-?dictionary\\.xml', () => 'It is a locale file: the words of a language.'),
      asks('(DISTINCTIVE)?RINGLIST\\.(DAT|XML)', () => 'It is a list of ring tones.'),
      asks('(.*/)?Desktops/[^/]+/List\\.xml', () => 'It is a list of background pictures.'),
      asks('(AppDialRules|DirLookupDialRules)\\.xml', () => 'It holds dial rules.'),
      asks('dialplan\\.xml', () => 'It is the dial plan, which says when a number is complete.'),
      asks('syncinfo\\.xml', () => 'SIP software asks for it after a check-sync message.'),
    ],
    cause: 'They hold languages and conveniences. A phone goes on without them, on some loads after a few seconds.',
    advice: [
      'Nothing to do for the conversion.',
      'To offer them, put them into the tree that `--root` serves; the built-in locale needs none.',
    ],
    sources: ['K1', 'S4', 'BULK-2021', 'U1', 'N2'],
    level: 'A',
  }),
];
