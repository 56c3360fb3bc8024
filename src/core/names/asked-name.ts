import { type MacAddress, parseMac } from './mac-address.ts';
import { otherPhoneOf } from './other-phones.ts';

/** What a requested file name means in the boot of a phone (legacy-79x0 2, 3, 5; java-phones 4). */
export type AskedKind =
  | 'os79xx'
  | 'sip-default'
  | 'sip-phone'
  | 'mgc-default'
  | 'mgc-phone'
  | 'sep-xml'
  /** With a signature that only the phone's former call manager can make: it holds a trust list (java-phones 4.1). */
  | 'signed-config'
  | 'sep-cnf'
  | 'sep-default'
  | 'xml-default'
  | 'ctl-phone'
  | 'ctl-file'
  | 'itl-phone'
  | 'itl-file'
  | 'term-default'
  | 'manifest'
  | 'image'
  | 'locale'
  | 'service'
  /** A configuration that only a phone asks for which loadstep does not convert. */
  | 'other-phone'
  | 'other';

/** A requested name, classified. The raw text is untrusted: it is only ever looked up, never joined to a path. */
export interface AskedName {
  /** As it came. */
  readonly raw: string;
  /** Without leading `/` and `./`. */
  readonly name: string;
  readonly kind: AskedKind;
  /** The MAC in the name, where there is one: the one certain way to know who asks. */
  readonly mac: MacAddress | null;
  /** The name without its extension, for `manifest` and `image`: the load or component that is asked for. */
  readonly stem: string;
  /** Lower-case extension without the dot; empty when there is none. */
  readonly extension: string;
  /** The two digits of `termNN.default.loads`, else empty. */
  readonly term: string;
}

const BY_NAME: Readonly<Record<string, AskedKind>> = {
  'os79xx.txt': 'os79xx',
  'sipdefault.cnf': 'sip-default',
  'mgcdefault.cnf': 'mgc-default',
  'sepdefault.cnf': 'sep-default',
  'xmldefault.cnf.xml': 'xml-default',
  'xmldefault.cnf.xml.sgn': 'signed-config',
  'xmldefault.cnf.xml.enc.sgn': 'signed-config',
  'ctlfile.tlv': 'ctl-file',
  'itlfile.tlv': 'itl-file',
  'ringlist.dat': 'service',
  'ringlist.xml': 'service',
  'distinctiveringlist.xml': 'service',
  'dialplan.xml': 'service',
  'syncinfo.xml': 'service',
};

/** A name with a MAC, in lower case: its prefix, the MAC, and what stands behind it. */
const WITH_MAC = /^(ctlsep|itlsep|sep|sip|mgc)([0-9a-f]{12})(\.[a-z.]+)$/;

const BY_MAC: Readonly<Record<string, AskedKind>> = {
  'ctlsep.tlv': 'ctl-phone',
  'itlsep.tlv': 'itl-phone',
  'sep.cnf.xml': 'sep-xml',
  'sep.cnf.xml.sgn': 'signed-config',
  'sep.cnf.xml.enc.sgn': 'signed-config',
  'sep.cnf': 'sep-cnf',
  'sip.cnf': 'sip-phone',
  'mgc.cnf': 'mgc-phone',
};

const TERM = /^term(\d{2})\.default\.loads$/;
const LOCALE = /(^|\/)(tc|gp|mk|be|td)-(sip|sccp)\.jar$|(^|\/)[^/]*(-font|-tones|-dictionary|-kate|dictionary)\.xml$/;

/** Classifies a requested name, whatever its spelling; total: any text gives a value. */
export function classifyName(raw: string): AskedName {
  const name = raw.replace(/^(\.?\/)+/, '');
  const lower = name.toLowerCase();
  const dot = lower.lastIndexOf('.');
  const extension = dot > 0 ? lower.slice(dot + 1) : '';
  const stem = dot > 0 ? name.slice(0, dot) : name;
  const base = { raw, name, stem, extension, mac: null, term: '' } as const;
  // A folder in front (`tftp_cfg_dir`) does not change what a name means.
  const last = lower.slice(lower.lastIndexOf('/') + 1);
  const kind = Object.hasOwn(BY_NAME, last) ? BY_NAME[last] : undefined;
  if (kind !== undefined) return { ...base, kind };
  const named = WITH_MAC.exec(last);
  const found = named === null ? undefined : BY_MAC[`${named[1]}${named[3]}`];
  if (named !== null && found !== undefined) {
    const mac = parseMac(named[2] ?? '');
    return { ...base, kind: mac.ok ? found : 'other', mac: mac.ok ? mac.value : null };
  }
  const other = otherPhoneOf(last);
  if (other?.isConfig === true) {
    const mac = other.mac === null ? null : parseMac(other.mac);
    return { ...base, kind: 'other-phone', mac: mac?.ok === true ? mac.value : null };
  }
  const term = TERM.exec(last);
  if (term !== null) return { ...base, kind: 'term-default', term: term[1] ?? '' };
  if (extension === 'loads') return { ...base, kind: 'manifest' };
  if (extension === 'bin' || extension === 'sbn' || extension === 'sb2') return { ...base, kind: 'image' };
  if (LOCALE.test(lower)) return { ...base, kind: 'locale' };
  return { ...base, kind: 'other' };
}
