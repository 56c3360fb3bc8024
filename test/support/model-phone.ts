import { type Kind, kindOf as kindInDossier, mayBeGiven, passesOver, type Runs } from './dossier.ts';
import { shownBy } from './shown.ts';

/** What came of one request, as the phone sees it. */
export type Reply = { readonly kind: 'missing' | 'silent' } | { readonly kind: 'content'; readonly text: string };

/** A boot: names asked one after the other; it returns whether the phone restarts by itself. */
export type Boot = Generator<string, boolean, Reply>;

/** What the dossiers say of each model: its number in `loadInformationN`, and in its default manifest (java-phones 1.1, legacy-79x0 9). */
const TYPES: Readonly<Record<string, readonly [typeId: number, term: string]>> = {
  '7906': [369, '06'],
  '7911': [307, '11'],
  '7931': [348, '31'],
  '7940': [8, ''],
  '7941': [115, '41'],
  '7941GE': [309, '41'],
  '7942': [434, '42'],
  '7945': [435, '45'],
  '7960': [7, ''],
  '7961': [30018, '61'],
  '7961GE': [308, '61'],
  '7962': [404, '62'],
  '7965': [436, '65'],
  '7970': [30006, '70'],
  '7971': [119, '71'],
  '7975': [437, '75'],
};

/** The loader that comes with an application: SIP and MGCP packages call it `P003-…`, SCCP ones like themselves (legacy-79x0 1.1, 1.3). */
function loaderOf(load: string): string | undefined {
  const kind = kindInDossier(load);
  if (kind === 'sccp-8') return load;
  return kind === 'sip-8' || kind === 'mgcp-7' ? load.replace(/^P0[SM]3/, 'P003') : undefined;
}

/** The loader that is in flash beside, or in place of, an application. */
function loaderIn({ load, kind }: Runs): string | null {
  return kind === 'loader' || kind === 'sccp-8' ? load : (loaderOf(load) ?? null);
}

/** What nobody has seen or sources disagree on; each may be so or not (legacy-79x0 10; java-phones 4.5, 4.8). */
export interface Unknowns {
  /** A loader that hears nothing of an image starts the application that it has, instead of hunting anew. */
  readonly loaderGoesOn?: boolean;
  /** A Java phone without a file of its own goes on with the default one, instead of asking for its own again. */
  readonly defaultIsEnough?: boolean;
  /** A Java phone that is refused a manifest restarts, instead of going on with what it has. */
  readonly refusalRestarts?: boolean;
  /** A Java phone asks for ITL files from 9.0 on only, and not from 8.5 on (java-phones 3.6, inferred). */
  readonly bridgeAsksNoItl?: boolean;
}

export interface PhoneAtStart {
  readonly mac: string;
  readonly family: string;
  /** `boot-loader` is a Java phone with no load in flash. */
  readonly load: string;
  /** The first model of the family when absent. */
  readonly hardware?: string;
  /** The archives that a manifest of this load lists, in its order; those of the packages of these tests when absent. */
  readonly archivesOf?: (load: string) => readonly string[];
  /** A load that it takes whole and does not run: its flash is worn, or it refuses what it gets. */
  readonly refuses?: string;
  /** Whether SCCP 6.x has a loader: sources contradict each other (legacy-79x0 Q1). */
  readonly hasSccp6Loader?: boolean;
  readonly unknowns?: Unknowns;
}

/**
 * A phone as the dossiers describe it: what it asks, generation by generation, and what it does with what it is given. It
 * takes what the dossiers say may be taken and keeps what it has otherwise.
 */
export class ModelPhone {
  readonly mac: string;
  readonly family: string;
  readonly typeId: number;
  readonly #term: string;
  readonly #archivesOf: (load: string) => readonly string[];
  readonly #refuses: string | null;
  runs: Runs;
  /** The loader in flash; null before the time of loaders. */
  loader: string | null;
  /** The Java load whose archives are in flash: one that came through the boot loader runs under another name. */
  #installed: string;

  readonly #unknowns: Unknowns;

  constructor({
    mac,
    family,
    load,
    hardware,
    archivesOf: listed,
    refuses,
    hasSccp6Loader = false,
    unknowns = {},
  }: PhoneAtStart) {
    this.#archivesOf = listed ?? archivesOf;
    this.#refuses = refuses ?? null;
    this.#unknowns = unknowns;
    this.mac = mac;
    this.family = family;
    const [typeId, term] = TYPES[hardware ?? (family === '79x0' ? '7940' : `79${family}`)] ?? [0, family];
    this.typeId = typeId;
    this.#term = term;
    this.#installed = load;
    const kind = load === 'boot-loader' ? 'java-boot-loader' : kindOf(load);
    this.runs = { load, kind: kind === 'sccp-6' && hasSccp6Loader ? 'sccp-8' : kind };
    this.loader = loaderIn(this.runs);
  }

  /** The load whose files are in flash. */
  get installed(): string {
    return this.#installed;
  }

  /** Becomes what another server made of it, or what it was before. */
  reflash(load: string): void {
    this.#installed = load;
    this.runs = { load, kind: kindOf(load) };
    this.loader = loaderIn(this.runs);
  }

  /** A factory reset: a Java phone is left with its boot loader, a 79x0 with a loader loses its application. */
  reset(): void {
    if (this.family !== '79x0') this.runs = { load: 'boot-loader', kind: 'java-boot-loader' };
    else if (this.loader !== null) this.runs = { load: this.loader, kind: 'loader' };
  }

  /** What it asks from power on, until it is idle or restarts. */
  boot(): Boot {
    switch (this.runs.kind) {
      case 'sccp-2':
        return this.#ancient();
      case 'sccp-3':
      case 'sccp-5':
      case 'sccp-6':
        return this.#sccpImage();
      case 'loader':
      case 'sip-8':
      case 'sccp-8':
      case 'mgcp-7':
        return this.#withLoader();
      case 'java-boot-loader':
        return this.#bootLoader();
      case 'java-old':
      case 'java-both':
      case 'java-new':
        return this.#javaApplication();
      default:
        return this.#sipImage();
    }
  }

  #config(name: string): string {
    return name.replace('<MAC>', this.mac);
  }

  /** The load that a text names for this phone. */
  #named(name: string, reply: Reply): string | null {
    if (reply.kind !== 'content') return null;
    const content = new TextEncoder().encode(reply.text);
    const shown = shownBy(name, { kind: 'content', content }, this.typeId);
    return shown.kind === 'named' ? (shown.loads[0] ?? null) : null;
  }

  *#ask(file: string): Generator<string, { readonly isThere: boolean; readonly load: string | null }, Reply> {
    const name = this.#config(file);
    const reply = yield name;
    return { isThere: reply.kind === 'content', load: this.#named(name, reply) };
  }

  /** legacy-79x0 5.6, first row. */
  *#ancient(): Boot {
    for (let round = 0; round < 4; round++) {
      const { load } = yield* this.#ask('SEPDefault.cnf');
      if (load !== null && (yield* this.#swap(load))) return true;
    }
    return false;
  }

  /** legacy-79x0 5.2; signed SCCP is XML-capable and so asks the .cnf.xml names only (S36). */
  *#sccpImage(): Boot {
    const other = yield* this.#ask('OS79XX.TXT');
    if (other.load !== null && !passesOver(this.runs, other.load) && (yield* this.#swap(other.load))) return true;
    const plain = this.runs.kind === 'sccp-3' ? ['SEP<MAC>.cnf', 'SEPDefault.cnf'] : [];
    for (const file of ['SEP<MAC>.cnf.xml', 'XMLDefault.cnf.xml', ...plain]) {
      const { isThere, load } = yield* this.#ask(file);
      if (!isThere) continue;
      if (load !== null && load !== this.runs.load && (yield* this.#swap(load))) return true;
      yield 'RINGLIST.DAT';
      return false;
    }
    return false;
  }

  /** legacy-79x0 5.3; the phone's own file counts more than the default (2). */
  *#sipImage(): Boot {
    const other = yield* this.#ask('OS79XX.TXT');
    if (other.load !== null && !passesOver(this.runs, other.load) && (yield* this.#swap(other.load))) return true;
    const general = yield* this.#ask('SIPDefault.cnf');
    const own = yield* this.#ask('SIP<MAC>.cnf');
    const wanted = own.load ?? general.load;
    if (wanted !== null && wanted !== this.runs.load && (yield* this.#swap(wanted))) return true;
    yield 'RINGLIST.DAT';
    yield 'dialplan.xml';
    return false;
  }

  /** `.bin` before signed images, `.sbn` after (legacy-79x0 2); true when the phone restarts with it. */
  *#swap(load: string): Boot {
    const isSigned = ['sccp-5', 'sccp-6', 'sip-5', 'sip-6'].includes(this.runs.kind);
    const reply = yield `${load}${isSigned ? '.sbn' : '.bin'}`;
    if (reply.kind !== 'content' || !this.#runs(load)) return false;
    // What a package with an application calls `.sbn` is its loader, also where both have one name (legacy-79x0 1.3).
    const loader = loaderOf(load);
    this.runs = loader === undefined ? { load, kind: kindOf(load) } : { load: loader, kind: 'loader' };
    this.loader = this.runs.kind === 'loader' ? this.runs.load : null;
    return true;
  }

  /** The hunt of legacy-79x0 3.1, then 3.2 and 11.1; a loader that hears nothing of a file begins to hunt anew (11.2). */
  *#withLoader(): Boot {
    const trust = yield this.#config('CTLSEP<MAC>.tlv');
    if (trust.kind === 'silent') return true;
    const hunt = ['SEP<MAC>.cnf.xml', 'SIP<MAC>.cnf', 'MGC<MAC>.cnf'];
    for (const file of [...hunt, 'XMLDefault.cnf.xml', 'SIPDefault.cnf', 'MGCDefault.cnf']) {
      const name = this.#config(file);
      const reply = yield name;
      if (reply.kind === 'silent') return true;
      const load = this.#named(name, reply);
      if (load === null) continue;
      if (yield* this.#reach(load)) return true;
      break;
    }
    if (this.runs.kind === 'sip-8') return yield* this.#sipApplication();
    if (this.runs.kind === 'sccp-8') return yield* this.#sccpApplication();
    if (this.runs.kind === 'mgcp-7') return yield* this.#mgcpApplication();
    return false;
  }

  *#reach(load: string): Boot {
    const loader = loaderOf(load);
    const manifest = yield `${load}.loads`;
    if (manifest.kind !== 'content' || loader === undefined) return manifest.kind === 'silent';
    if (loader !== this.loader) {
      const image = yield `${loader}.sbn`;
      if (image.kind !== 'content') return this.#huntsAnew(image);
      this.loader = loader;
      if (this.runs.kind === 'loader') this.runs = { load: loader, kind: 'loader' };
      return true;
    }
    const isThere = load === this.runs.load && this.runs.kind !== 'loader';
    if (isThere) return false;
    const image = yield `${load}.sb2`;
    if (image.kind !== 'content') return this.#huntsAnew(image);
    // One that is rejected is fetched once more (firmware-files 7).
    if (load === this.#refuses) yield `${load}.sb2`;
    if (this.#runs(load)) this.runs = { load, kind: kindOf(load) };
    return false;
  }

  #huntsAnew(image: Reply): boolean {
    return image.kind === 'silent' && this.#unknowns.loaderGoesOn !== true;
  }

  *#sipApplication(): Boot {
    const general = yield* this.#ask('SIPDefault.cnf');
    for (let poll = 0; poll < 3; poll++) {
      const own = yield* this.#ask('SIP<MAC>.cnf');
      const wanted = own.load ?? general.load;
      if (wanted !== null && wanted !== this.runs.load) return true;
      if (own.isThere) break;
    }
    yield 'RINGLIST.DAT';
    yield 'dialplan.xml';
    return false;
  }

  *#sccpApplication(): Boot {
    for (let look = 0; look < 2; look++) {
      yield this.#config('CTLSEP<MAC>.tlv');
      const own = yield* this.#ask('SEP<MAC>.cnf.xml');
      const found = own.isThere ? own : yield* this.#ask('XMLDefault.cnf.xml');
      if (found.isThere && (found.load === null || found.load === this.runs.load)) {
        for (const file of ['RINGLIST.XML', '/7960-font.xml', 'US/7960-tones.xml']) yield file;
        return false;
      }
      if (found.load !== null && look === 1) return true;
    }
    return false;
  }

  /** `image_version` in MGCDefault.cnf (legacy-79x0 2, S32); the order of its files is invented. */
  *#mgcpApplication(): Boot {
    const general = yield* this.#ask('MGCDefault.cnf');
    const own = yield* this.#ask('MGC<MAC>.cnf');
    const wanted = own.load ?? general.load;
    return wanted !== null && wanted !== this.runs.load;
  }

  /** java-phones 4.3. */
  *#bootLoader(): Boot {
    for (let tries = 0; tries < 2; tries++) {
      const reply = yield `term${this.#term}.default.loads`;
      const load = reply.kind === 'content' ? reply.text.split(' ')[1]?.replace(/^cmterm\//, '') : undefined;
      if (load === undefined) return false;
      if (yield* this.#archives(load, `term${this.#term}.default`)) return true;
    }
    return false;
  }

  /** java-phones 4.1, 4.2; ITL names from 8.5 on, as far as anybody knows. */
  *#javaApplication(): Boot {
    yield this.#config('CTLSEP<MAC>.tlv');
    if (this.#installed.includes('.8-5-2') ? this.#unknowns.bridgeAsksNoItl !== true : this.runs.kind === 'java-new') {
      yield this.#config('ITLSEP<MAC>.tlv');
      yield 'ITLFile.tlv';
    }
    for (let poll = 0; poll < 3; poll++) {
      const own = yield* this.#ask('SEP<MAC>.cnf.xml');
      const found = own.isThere || poll > 0 ? own : yield* this.#ask('XMLDefault.cnf.xml');
      if (found.load !== null && found.load !== this.runs.load) {
        const manifest = yield `${found.load}.loads`;
        if (manifest.kind === 'content' && (yield* this.#archives(found.load, found.load))) return true;
        if (manifest.kind === 'missing' && this.#unknowns.refusalRestarts === true) return true;
      }
      if (!own.isThere && !(found.isThere && this.#unknowns.defaultIsEnough === true)) continue;
      yield `/mk-${this.#installed.startsWith('SIP') ? 'sip' : 'sccp'}.jar`;
      yield 'dialplan.xml';
      return false;
    }
    return false;
  }

  /** Five archives, one after the other; all of them or none count. */
  *#archives(load: string, name: string): Boot {
    if (!mayBeGiven(this.runs, load, this.family)) return false;
    const before = this.runs;
    for (const archive of this.#archivesOf(load)) {
      const reply = yield archive;
      if (reply.kind !== 'content') {
        this.runs = before;
        return false;
      }
      // Without power from here on there is no valid load until the last one is written (java-phones 4.8).
      this.runs = { load: 'boot-loader', kind: 'java-boot-loader' };
    }
    if (this.#refuses === load) {
      this.runs = before;
      return false;
    }
    this.runs = { load: name, kind: kindOf(load) };
    this.#installed = load;
    return true;
  }

  /** Whether what it has taken whole is what it runs then. */
  #runs(load: string): boolean {
    return load !== this.#refuses && mayBeGiven(this.runs, load, this.family);
  }
}

function kindOf(load: string): Kind {
  const kind = kindInDossier(load);
  if (kind === undefined) throw new Error(`the dossiers' table has no ${load}`);
  return kind;
}

/** Build ids of the packages in use (java-phones 1.3). */
const BUILDS: Readonly<Record<string, string>> = {
  '8-2-1S': '8-2-1',
  '8-3-1S': '8-3-1',
  '8-3-3S': '8-3-3',
  '8-5-2S': '8-5-2TH1-9',
  '9-2-1S': '9-2-1TH1-13',
  '9-3-1SR4-1S': '9-3-1ES26',
  '9-4-2SR3-1S': '9-4-2ES26',
};

/** The names of a Java load's archives, in the order of its manifest. */
export function archivesOf(load: string): string[] {
  const [, protocol = '', family = '', release = ''] = /^(SIP|SCCP)(\d\d)\.(.+)$/.exec(load) ?? [];
  const part = protocol.toLowerCase();
  const names = [`jar${family}${part}`, `cnu${family}`, `apps${family}`, `dsp${family}`, `cvm${family}${part}`];
  return names.map((name) => `${name}.${buildOf(release)}.sbn`);
}

/** The build id that the archives of a release carry. */
export function buildOf(release: string): string {
  return BUILDS[release] ?? release;
}
