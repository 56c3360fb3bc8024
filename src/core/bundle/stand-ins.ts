import { classifyName } from '../names/asked-name.ts';
import { parseModel } from '../names/family.ts';
import { parseLoadName } from '../names/load-name.ts';
import { normalizeAddress } from '../who/address.ts';

/** What is replaced, and how its stand-ins are called. */
type WordKind = 'label' | 'batch' | 'port' | 'serial' | 'extension' | 'user' | 'file';

/** Keys under which the record keeps an operator's own words. */
const WORD_KEYS: Readonly<Record<string, WordKind>> = {
  label: 'label',
  batch: 'batch',
  port: 'port',
  serial: 'serial',
  extension: 'extension',
};
/** Keys under which it keeps the name of a file. */
const NAME_KEYS: ReadonlySet<string> = new Set(['file', 'name', 'asked', 'path', 'package']);
/** Keys whose values are words of the program, whatever somebody calls a phone. */
const OUR_WORDS: ReadonlySet<string> = new Set(
  'bundle event state previous code kind what verdict finding pattern running protocol generation source status machine value names key sha1 content'.split(
    ' ',
  ),
);
/** Users that every machine has, and words of this field. */
const NOBODYS_USERS: ReadonlySet<string> = new Set(['root', 'admin', 'nobody', 'user', 'tftp', 'cisco', 'loadstep']);
/** A shorter word stands in too many others to be looked for in sentences (invented). */
const LEAST_WORD = 3;
const DEFAULT_BATCH = 'default';

const URL_TEXT = '\\b[a-z][a-z0-9+.-]*://[^\\s"\'<>]+';
const PATH_TEXT = '(?<![\\w.:/*-])/[^\\s"\'`;,()<>|]*[^\\s"\'`;,()<>|.:]';
const BARE_MAC = /(?<![0-9A-Fa-f])[0-9A-Fa-f]{12}(?![0-9A-Fa-f])/g;
const PAIRED_MAC = /(?<![0-9A-Fa-f])[0-9A-Fa-f]{2}([:-])(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}(?![0-9A-Fa-f])/g;
const DOTTED_MAC = /(?<![0-9A-Fa-f])[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}(?![0-9A-Fa-f])/g;
const MACS = [BARE_MAC, PAIRED_MAC, DOTTED_MAC];
const IPV4 = /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?!\.?\d)/g;
const IPV6 = /(?<![\w:.])(?=[0-9a-fA-F]*:[0-9a-fA-F]*:)[0-9a-fA-F:]{2,39}(?:%[\w.-]+)?(?![\w:]|\.\d)/g;
/** The account of which a configuration was made (src/app/configuration): its extensions, of any length. */
const ACCOUNT = /\(account ([^()]+)\)/g;
/** Addresses that every machine has; they name nobody. */
const NOBODYS: ReadonlySet<string> = new Set(['0.0.0.0', '127.0.0.1', '255.255.255.255', '::', '::1']);
/** Group and zero addresses are of no device. */
const NO_DEVICE: ReadonlySet<string> = new Set(['000000000000', 'FFFFFFFFFFFF']);

/**
 * Replaces what names a place or a person: MACs, addresses, paths, files that only this place has, and an operator's own words. The same
 * value is the same stand-in everywhere. What a diagnosis goes by stays: the vendor's half of a MAC, which addresses share a network of 256,
 * names that Cisco phones ask for, loads, models, moments.
 * First `note` everything that will be written, so that no stand-in is by chance somebody's own; then ask for `of`.
 */
export class StandIns {
  readonly #macs = new Set<string>();
  readonly #addresses = new Set<string>();
  readonly #words = new Map<string, WordKind>();
  readonly #given = new Map<string, string>();
  readonly #counts = new Map<string, number>();
  /** Paths with blanks, whose end no sentence shows. */
  readonly #blanked = new Set<string>();
  #pattern: RegExp | null = null;
  #placePattern: RegExp | null = null;

  /** Learns what is to be replaced in a value, whatever its shape. */
  note(value: unknown, key = ''): void {
    if (typeof value === 'string') {
      if (OUR_WORDS.has(key)) return;
      this.#noteText(value);
      const kind = WORD_KEYS[key];
      if (kind !== undefined) this.noteWord(kind, value);
      else if (NAME_KEYS.has(key)) this.#noteName(value);
    } else if (Array.isArray(value)) {
      for (const one of value) this.note(one, key);
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, one] of Object.entries(value)) {
        this.#noteText(name);
        this.note(one, name);
      }
    }
  }

  /** Learns a word of somebody's own that may stand in any sentence. */
  noteWord(kind: WordKind, text: string): void {
    this.#pattern = null;
    if (kind === 'user' && NOBODYS_USERS.has(text)) return;
    if (text !== '' && !this.#words.has(text)) this.#words.set(text, kind);
  }

  /** The same value with its stand-ins. */
  of(value: unknown, key = ''): unknown {
    if (typeof value === 'string') {
      const kind = WORD_KEYS[key];
      if (kind !== undefined) return value === '' || value === DEFAULT_BATCH ? value : this.#word(kind, value);
      if (OUR_WORDS.has(key)) return value;
      return NAME_KEYS.has(key) ? this.#path(value) : this.#text(value);
    }
    if (Array.isArray(value)) return value.map((one) => this.of(one, key));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [this.#numbers(name), this.of(one, name)]));
  }

  /** A sentence with its stand-ins. */
  #text(text: string): string {
    // In one go: a stand-in is not looked at again.
    const bare = text.replace(this.#places(), (place) =>
      place.includes('://') ? this.#numbered('url', place) : this.#path(place),
    );
    return this.#numbers(this.#own(bare.replace(ACCOUNT, (_, list: string) => `(account ${this.#extensions(list)})`)));
  }

  #extensions(list: string): string {
    return extensionsIn(list)
      .map((one) => this.#word('extension', one))
      .join(', ');
  }

  #places(): RegExp {
    this.#placePattern ??= new RegExp([...[...this.#blanked].map(escaped), URL_TEXT, PATH_TEXT].join('|'), 'gi');
    return this.#placePattern;
  }

  /** The name of a file or a folder: where it lies, and itself where no Cisco phone is known to ask for it. */
  #path(path: string): string {
    const slash = path.lastIndexOf('/');
    const own = ownFile(path);
    const last = own === null ? this.#numbers(path.slice(slash + 1)) : this.#file(own);
    if (slash < 0) return last;
    const folder = path.slice(0, slash);
    if (/^[./]*$/.test(folder)) return `${folder}/${last}`;
    return `${folder.startsWith('/') ? '/' : ''}${this.#numbered('folder', folder)}/${last}`;
  }

  #noteName(name: string): void {
    const own = ownFile(name);
    if (own !== null) this.noteWord('file', own);
    if (/\s/.test(name.trim()) && name.startsWith('/')) {
      this.#blanked.add(name);
      this.#placePattern = null;
    }
  }

  #noteText(text: string): void {
    for (const [, list = ''] of text.matchAll(ACCOUNT))
      for (const one of extensionsIn(list)) this.noteWord('extension', one);
    for (const pattern of MACS) for (const [mac] of text.matchAll(pattern)) this.#macs.add(bareMac(mac));
    for (const [address] of text.matchAll(IPV4)) this.#addresses.add(address);
    for (const [address] of text.matchAll(IPV6)) this.#addresses.add(normalizeAddress(address) ?? address);
  }

  #numbers(text: string): string {
    const macs = MACS.reduce((now, pattern) => now.replace(pattern, (mac) => this.#mac(mac)), text);
    return macs.replace(IPV4, (address) => this.#ipv4(address)).replace(IPV6, (address) => this.#ipv6(address));
  }

  /** Own words, wherever they stand whole. */
  #own(text: string): string {
    this.#pattern ??= patternOf([...this.#words].filter(([word]) => isToBeFound(word)).map(([word]) => word));
    return text.replace(this.#pattern, (word) => {
      const kind = this.#words.get(word) ?? 'label';
      return kind === 'file' ? this.#file(word) : this.#word(kind, word);
    });
  }

  #word(kind: WordKind, text: string): string {
    return this.#numbered(this.#words.get(text) ?? kind, text);
  }

  #file(name: string): string {
    const extension = /\.[A-Za-z0-9]{1,5}$/.exec(name)?.[0] ?? '';
    return `${this.#numbered('file', name)}${extension}`;
  }

  #numbered(kind: string, text: string): string {
    return this.#stand(`${kind} ${text}`, () => `${kind}-${this.#next(kind)}`);
  }

  #mac(written: string): string {
    const mac = bareMac(written);
    if (NO_DEVICE.has(mac)) return written;
    const vendor = mac.slice(0, 6);
    const stand = this.#stand(`mac ${mac}`, () => {
      for (;;) {
        const next = `${vendor}${this.#next(`mac ${vendor}`).toString(16).toUpperCase().padStart(6, '0')}`;
        if (!this.#macs.has(next)) return next;
      }
    });
    return writtenLike(written, stand);
  }

  /** Networks of 256 are told apart, and the devices in each counted. */
  #ipv4(address: string): string {
    if (normalizeAddress(address) === null || NOBODYS.has(address)) return address;
    const net = address.slice(0, address.lastIndexOf('.'));
    return this.#stand(`address ${address}`, () => {
      for (;;) {
        const place = this.#stand(`net ${net}`, () => netAt(this.#next('net')));
        const next = `${place}.${this.#next(`net ${place}`)}`;
        if (!this.#addresses.has(next)) return next;
      }
    });
  }

  #ipv6(written: string): string {
    const address = normalizeAddress(written);
    if (address === null || !address.includes(':') || NOBODYS.has(address)) return written;
    return this.#stand(`address ${address}`, () => {
      for (;;) {
        const next = `2001:db8::${this.#next('ipv6').toString(16)}`;
        if (!this.#addresses.has(next)) return next;
      }
    });
  }

  #stand(key: string, make: () => string): string {
    const known = this.#given.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.#given.set(key, made);
    return made;
  }

  #next(kind: string): number {
    const next = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, next);
    return next;
  }
}

/** The last part of a name that no Cisco phone is known to ask for; null where everybody knows it. */
function ownFile(name: string): string | null {
  const { kind } = classifyName(name.replace('<MAC>', '0018B9000001'));
  const last = name.slice(name.lastIndexOf('/') + 1);
  return last === '' || kind !== 'other' || parseLoadName(last).ok ? null : last;
}

/** Loads and models are the field's words, whoever uses them as a label. */
function isToBeFound(word: string): boolean {
  return word.length >= LEAST_WORD && word !== DEFAULT_BATCH && parseModel(word) === null && !parseLoadName(word).ok;
}

function patternOf(words: readonly string[]): RegExp {
  if (words.length === 0) return /(?!)/g;
  const longestFirst = words.toSorted((a, b) => b.length - a.length);
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${longestFirst.map(escaped).join('|')})(?![\\p{L}\\p{N}])`, 'gu');
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

function bareMac(written: string): string {
  return written.replace(/[:.-]/g, '').toUpperCase();
}

function writtenLike(written: string, mac: string): string {
  const own = /[a-f]/.test(written) ? mac.toLowerCase() : mac;
  if (written.length === 14) return own.replace(/^(.{4})(.{4})/, '$1.$2.');
  const separator = /[:-]/.exec(written)?.[0];
  return separator === undefined ? own : (own.match(/../g) ?? []).join(separator);
}

/** Networks that RFC 5737 keeps for examples, and after these some that anybody may use. */
function netAt(n: number): string {
  return ['192.0.2', '198.51.100', '203.0.113'][n - 1] ?? `10.${(n >> 8) & 255}.${n & 255}`;
}

function extensionsIn(list: string): readonly string[] {
  return list.split(', ');
}
