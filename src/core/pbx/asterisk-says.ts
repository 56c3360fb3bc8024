/** A phone that is registered, as far as it was printed. */
export interface ShownContact {
  readonly aor: string;
  readonly uri: string;
  /** `Avail`, `Unavail`, `NonQual` or what else was printed; null where it was not. */
  readonly status: string | null;
  readonly viaAddress: string | null;
  readonly viaPort: number | null;
  readonly userAgent: string | null;
  readonly callId: string | null;
}

/** An endpoint, AOR or auth with its settings; empty where they were not printed. */
export interface ShownObject {
  readonly id: string;
  readonly settings: ReadonlyMap<string, string>;
}

interface ShownEndpoint extends ShownObject {
  readonly state: string | null;
  /** Names of the AORs and auths below it. */
  readonly aors: readonly string[];
  readonly auths: readonly string[];
}

/** What Asterisk printed. */
export interface AsteriskSays {
  readonly endpoints: ReadonlyMap<string, ShownEndpoint>;
  readonly aors: ReadonlyMap<string, ShownObject>;
  readonly auths: ReadonlyMap<string, ShownObject>;
  readonly contacts: readonly ShownContact[];
  /** Whether every endpoint was printed, so that one that is not among them is not there. */
  readonly hasAllEndpoints: boolean;
}

/** Objects of each kind that are kept (invented; a large Asterisk has some thousand endpoints). */
const MOST = 20_000;

// Asterisk 22.10: the heads of these tables have the columns' names between < and >.
const HEAD = /^\s*(?:Endpoint|I\/OAuth|Aor|Contact|Auth|Transport|Identify|Match|Channel|Exten):?\s+</;
const ENDPOINT = /^\s*Endpoint:\s+(\S.*?)\s{2,}(\S.*?)\s+\d+ of /;
const IN_AUTH = /^\s*(InAuth|Auth):\s+([^\s/]+)/;
const AOR = /^\s*Aor:\s+(\S+)(?:\s+\d+)?\s*$/;
const CONTACT = /^\s*Contact:\s+([^\s/]+)\/(\S+)(?:\s+[0-9a-f]{6,})?\s+([A-Z]\w+)(?:\s+\S+)?\s*$/;
const PARAMETER = /^\s*([a-z0-9_/]+)\s*: ?(.*)$/i;
const REGISTRAR = /^\s*\/registrar\/contact\/\S+\s*:\s*(\{.*\})\s*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the console of Asterisk colours its words
const COLOUR = /\u001b\[[\d;]*m/g;

/** Reads what Asterisk's console prints of PJSIP, in any order and any mixture. It never throws; null where nothing in it is of that. */
export function readAsterisk(text: string): AsteriskSays | null {
  const reader = new ConsoleReader();
  for (const line of text.replace(COLOUR, '').split(/\r\n|\n|\r/)) reader.line(line);
  return reader.isEmpty ? null : reader.said();
}

interface OpenEndpoint {
  readonly id: string;
  state: string | null;
  readonly aors: Set<string>;
  readonly auths: Set<string>;
  readonly settings: Map<string, string>;
}

class ConsoleReader {
  readonly #endpoints = new Map<string, OpenEndpoint>();
  readonly #aors = new Map<string, Map<string, string>>();
  readonly #auths = new Map<string, Map<string, string>>();
  readonly #contacts = new Map<string, ShownContact>();
  /** The endpoint whose rows these are. */
  #endpoint: OpenEndpoint | null = null;
  /** Whose settings come next. */
  #settings: Map<string, string> | null = null;
  #isInSettings = false;
  #hasAllEndpoints = false;

  get isEmpty(): boolean {
    return this.#endpoints.size + this.#aors.size + this.#auths.size + this.#contacts.size === 0;
  }

  line(line: string): void {
    if (/^Objects found: \d+/.test(line)) {
      this.#hasAllEndpoints ||= this.#endpoint !== null;
      this.#begin(null, null);
    } else if (HEAD.test(line)) this.#begin(null, null);
    else if (/^\s*ParameterName\s*:/.test(line)) this.#isInSettings = true;
    else if (this.#isInSettings && /^\s*=*\s*$/.test(line)) {
      // The line below the heading, and the one behind the last setting.
      if (line.trim() === '' && (this.#settings?.size ?? 0) > 0) this.#begin(null, null);
    } else if (this.#isInSettings && !REGISTRAR.test(line)) this.#setting(line);
    else this.#row(line);
  }

  said(): AsteriskSays {
    const objects = (map: ReadonlyMap<string, Map<string, string>>) =>
      new Map([...map].map(([id, settings]) => [id, { id, settings }]));
    return {
      endpoints: new Map(
        [...this.#endpoints].map(([id, one]) => [id, { ...one, aors: [...one.aors], auths: [...one.auths] }]),
      ),
      aors: objects(this.#aors),
      auths: objects(this.#auths),
      contacts: joined([...this.#contacts.values()]),
      hasAllEndpoints: this.#hasAllEndpoints,
    };
  }

  #begin(endpoint: OpenEndpoint | null, settings: Map<string, string> | null): void {
    this.#endpoint = endpoint;
    this.#settings = settings;
    this.#isInSettings = false;
  }

  #setting(line: string): void {
    const [, key, value] = PARAMETER.exec(line) ?? [];
    if (key !== undefined && this.#settings !== null) this.#settings.set(key.toLowerCase(), (value ?? '').trim());
  }

  #row(line: string): void {
    const endpoint = ENDPOINT.exec(line);
    if (endpoint !== null) {
      const id = (endpoint[1] ?? '').replace(/\/.*$/, '');
      const one = kept(this.#endpoints, id, () => ({
        id,
        state: null,
        aors: new Set<string>(),
        auths: new Set<string>(),
        settings: new Map<string, string>(),
      }));
      one.state = endpoint[2] ?? null;
      this.#begin(one, one.settings);
      return;
    }
    const auth = IN_AUTH.exec(line);
    const aor = AOR.exec(line);
    const contact = CONTACT.exec(line);
    const registrar = REGISTRAR.exec(line);
    if (auth !== null) this.#below(this.#auths, auth[2] ?? '', 'auths');
    else if (aor !== null) this.#below(this.#aors, aor[1] ?? '', 'aors');
    else if (contact !== null) this.#contact(contact[1] ?? '', contact[2] ?? '', { status: contact[3] ?? null });
    else if (registrar !== null) this.#registered(registrar[1] ?? '');
  }

  /** An object below an endpoint, or one whose settings follow. */
  #below(map: Map<string, Map<string, string>>, id: string, kind: 'aors' | 'auths'): void {
    const settings = kept(map, id, () => new Map<string, string>());
    if (this.#endpoint !== null) this.#endpoint[kind].add(id);
    else this.#begin(null, settings);
  }

  #contact(aor: string, uri: string, more: Partial<ShownContact>): void {
    const key = `${aor} ${uri}`;
    const nothing = { aor, uri, status: null, viaAddress: null, viaPort: null, userAgent: null, callId: null };
    const before = this.#contacts.get(key) ?? nothing;
    if (this.#contacts.size < MOST || before !== nothing) this.#contacts.set(key, { ...before, ...more });
  }

  /** A row of the registrar's table: what the phone's REGISTER said. */
  #registered(json: string): void {
    const row = parsed(json);
    const text = (key: string): string | null => (typeof row[key] === 'string' && row[key] !== '' ? row[key] : null);
    const [aor, uri] = [text('endpoint'), text('uri')];
    if (aor === null || uri === null) return;
    this.#contact(aor, uri.replaceAll('^3B', ';'), {
      viaAddress: text('via_addr'),
      viaPort: Number(text('via_port') ?? Number.NaN) || null,
      userAgent: text('user_agent'),
      callId: text('call_id'),
    });
  }
}

/** Tables cut a long URI to the width of their column: what is the beginning of another one at the same AOR is that one. */
function joined(contacts: readonly ShownContact[]): readonly ShownContact[] {
  const wholeOf = (cut: ShownContact) =>
    contacts.find(({ aor, uri }) => aor === cut.aor && uri !== cut.uri && uri.startsWith(cut.uri));
  return contacts
    .filter((contact) => wholeOf(contact) === undefined)
    .map((contact) => {
      const cut = contacts.find((one) => wholeOf(one) === contact);
      return { ...contact, status: contact.status ?? cut?.status ?? null };
    });
}

function parsed(json: string): Readonly<Record<string, unknown>> {
  try {
    return (JSON.parse(json) ?? {}) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
}

function kept<T>(map: Map<string, T>, id: string, make: () => T): T {
  const there = map.get(id);
  if (there !== undefined) return there;
  const made = make();
  if (map.size < MOST) map.set(id, made);
  return made;
}
