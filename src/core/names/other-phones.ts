/** A Cisco phone or adapter that loadstep does not convert, and by which names it is known. */
export interface OtherPhone {
  /** As people say it, with its article, such as `a 7905`. */
  readonly phones: string;
  /** False for what is plugged into a phone, such as an expansion module: the phone beside it may be one of ours. */
  readonly isPhone: boolean;
  /** Configuration files that only such a phone asks for; the group is its MAC, where the name has one. */
  readonly configs: readonly RegExp[];
  /** Names of its loads and of the files in them, without folders. */
  readonly loads: readonly RegExp[];
  /** What stands in DHCP option 60 behind `Cisco Systems, Inc. IP Phone `, without a trailing NUL. */
  readonly vendorClasses: readonly string[];
  /** Keys of docs/sources.md. */
  readonly sources: readonly string[];
}

const MAC = '([0-9a-f]{12})';

/** One table for what is asked, what is stored, what is typed and what is explained. */
export const OTHER_PHONES: readonly OtherPhone[] = [
  one('7902', { loads: [/^CP7902/i], sources: ['C2', 'S6'] }),
  // Both ask for both: a 7912 was seen to ask ld…, lddefault.cfg and gk… in one boot.
  one('7905 or 7912', {
    configs: [new RegExp(`^(?:ld|gk)${MAC}(\\.x)?$`, 'i'), /^(ld|gk)default\.(cfg|txt)$/i],
    sources: ['S38', 'N1', 'O1'],
  }),
  one('7905', { loads: [/^CP7905/i], vendorClasses: ['7905'], sources: ['S6', 'S48'] }),
  one('7910', { loads: [/^P004\d{4}/i], sources: ['S6', 'S7'] }),
  one('7912', { loads: [/^CP7912/i], vendorClasses: ['7912'], sources: ['S6', 'S48'] }),
  one('7920', { loads: [/^cmterm_7920\b/i], vendorClasses: ['7920'], sources: ['C2', 'S48'] }),
  one('7921, 7925 or 7926', { loads: [/^CP792[156]G?-/i, /^cmterm-?792[156]\b/i], sources: ['P6'] }),
  one('7935', { loads: [/^P005\d{4}/i], sources: ['C2', 'P6'] }),
  one('7936', { loads: [/^cmterm_7936\b/i], sources: ['C2', 'P6'] }),
  one('7937', { loads: [/^(jar|cnu|apps|dsp|cvm)37(sip|sccp)?\b/i, /^cmterm-?7937\b/i], sources: ['P6'] }),
  one('ATA 186 or ATA 188', {
    configs: [new RegExp(`^ata${MAC}(\\.x)?$`, 'i'), /^atadefault\.(cfg|txt)$/i],
    loads: [/^ATA\d{6}(SCCP|SIP)/i],
    sources: ['C2', 'S6', 'O3'],
  }),
  one('69xx', { loads: [/^(SIP|SCCP|BOOT|DSP|APP|KNL|BFS)69(xx|\d\d)/i], sources: ['P6', 'P12'] }),
  one('78xx', { loads: [/^(sip|kern|rootfs|sboot)\d?\.?78(xx|\d\d)/i], sources: ['O2'] }),
  one('88xx', {
    loads: [/^(sip|kern|rootfs|sboot|sb|vc|fbi)\d?\.?88(xx|\d\d)/i],
    sources: ['O2', 'firmware-files 1'],
  }),
  {
    ...one('7914, 7915 or 7916 expansion module', {
      loads: [/^B01[56]-\d+-\d+-\d+/i, /^S001\d{8}/i],
      sources: ['C2', 'P6'],
    }),
    isPhone: false,
  },
];

function one(name: string, facts: Partial<OtherPhone> & Pick<OtherPhone, 'sources'>): OtherPhone {
  const phones = /^(ATA|8)/.test(name) ? `an ${name}` : `a ${name}`;
  return { phones, isPhone: true, configs: [], loads: [], vendorClasses: [], ...facts };
}

/** Nearly every name is none of them: that is seen at once. */
const ANY = new RegExp(
  OTHER_PHONES.flatMap(({ configs, loads }) => [...configs, ...loads].map(({ source }) => `(?:${source})`)).join('|'),
  'i',
);

/** Whose file a name is. */
export interface OtherPhoneName {
  readonly other: OtherPhone;
  /** Whether it is a configuration, which a phone asks for of itself; a load it may have been told. */
  readonly isConfig: boolean;
  /** The MAC in the name; null when there is none. */
  readonly mac: string | null;
}

/** Whose file a name is, by the last part of its path; null when it is none of these. */
export function otherPhoneOf(name: string): OtherPhoneName | null {
  const last = name.slice(name.lastIndexOf('/') + 1);
  if (!ANY.test(last)) return null;
  for (const other of OTHER_PHONES) {
    for (const pattern of other.configs) {
      const match = pattern.exec(last);
      if (match === null) continue;
      const mac = /^[0-9a-f]{12}$/i.test(match[1] ?? '') ? (match[1] ?? null) : null;
      return { other, isConfig: true, mac };
    }
    if (other.loads.some((pattern) => pattern.test(last))) return { other, isConfig: false, mac: null };
  }
  return null;
}

/** Which of these phones a DHCP vendor class names; null when it is none of them. */
export function otherPhoneOfVendorClass(text: string): OtherPhone | null {
  const prefix = 'Cisco Systems, Inc. IP Phone ';
  const bare = text.replace(/\0$/, '');
  if (!bare.startsWith(prefix)) return null;
  const suffix = bare.slice(prefix.length);
  return OTHER_PHONES.find(({ vendorClasses }) => vendorClasses.includes(suffix)) ?? null;
}
