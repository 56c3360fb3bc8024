import { passwordFault } from '../account/account-rules.ts';
import { parseLoadName } from '../names/load-name.ts';
import type { MacAddress } from '../names/mac-address.ts';
import type { AsteriskSays, ShownContact, ShownObject } from './asterisk-says.ts';
import type { PbxLine, PbxPhone } from './pbx-line.ts';

/** Something that is wrong, or may be. */
export interface PbxFault {
  /** `bad`: a phone cannot work so. `doubtful`: it may. */
  readonly level: 'bad' | 'doubtful';
  /** What `explain` knows it as; null where it has no entry. */
  readonly code: string | null;
  readonly why: string;
}

/** A phone that registered under an extension. */
export interface RegisteredPhone {
  /** Where it is called, as `sip:201@192.0.2.61:5060`. */
  readonly uri: string;
  /** Where its REGISTER says that it came from; null where the registrar's table was not read. */
  readonly from: string | null;
  readonly userAgent: string | null;
  /** From its Call-ID, which begins with it; null for other phones. */
  readonly mac: MacAddress | null;
  readonly status: string | null;
}

/** How one extension stands at Asterisk. */
export interface CheckedExtension {
  readonly extension: string;
  /** The account; null for one that is not kept here. */
  readonly line: PbxLine | null;
  /** Whether Asterisk has it; null where it was not printed, and not all endpoints were. */
  readonly isThere: boolean | null;
  readonly registered: readonly RegisteredPhone[];
  readonly faults: readonly PbxFault[];
  /** Whether its settings were printed. */
  readonly hasSettings: boolean;
}

/** Compares what Asterisk printed with the accounts, extension by extension. */
export function checkAsterisk(said: AsteriskSays, lines: readonly PbxLine[]): readonly CheckedExtension[] {
  const names = new Set([...lines.map(({ extension }) => extension), ...ofOurKind(said, lines.length === 0)]);
  return [...names]
    .toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((extension) => checkOne(said, extension, lines.find((line) => line.extension === extension) ?? null));
}

/** Extensions at which a 79xx registered; without accounts also every one whose settings somebody printed. */
function ofOurKind({ contacts, endpoints }: AsteriskSays, isAll: boolean): readonly string[] {
  const registered = contacts.filter(({ userAgent }) => /^Cisco-CP79/.test(userAgent ?? '')).map(({ aor }) => aor);
  const shown = [...endpoints.values()].filter(({ settings }) => settings.size > 0).map(({ id }) => id);
  return isAll ? [...registered, ...shown] : registered;
}

function checkOne(said: AsteriskSays, extension: string, line: PbxLine | null): CheckedExtension {
  const endpoint = said.endpoints.get(extension);
  const settings = endpoint?.settings ?? new Map<string, string>();
  const contacts = said.contacts.filter(({ aor }) => aor === extension || endpoint?.aors.includes(aor) === true);
  const auths = (endpoint?.auths ?? [extension]).flatMap((id) => said.auths.get(id) ?? []);
  const aors = (endpoint?.aors ?? [extension]).flatMap((id) => said.aors.get(id) ?? []);
  const isThere = endpoint !== undefined ? true : said.hasAllEndpoints ? false : null;
  return {
    extension,
    line,
    isThere,
    registered: contacts.map(registeredPhone),
    faults: [
      ...(isThere === false && line !== null ? [missing(extension)] : []),
      ...endpointFaults(settings, contacts),
      ...auths.flatMap((auth) => authFaults(auth, line)),
      ...aors.flatMap(aorFaults),
      ...contacts.flatMap((contact) => contactFaults(contact, settings, line)),
    ],
    hasSettings: settings.size > 0,
  };
}

function missing(extension: string): PbxFault {
  const why = `Asterisk has no endpoint ${extension}: it was not told of it, or a setting that it does not know made it drop the whole section (its log names the setting)`;
  return bad('P_REGISTRATION_REJECTED', why);
}

function endpointFaults(settings: ReadonlyMap<string, string>, contacts: readonly ShownContact[]): readonly PbxFault[] {
  const isTcp = contacts.length > 0 && contacts.every(({ uri }) => !isOverUdp(uri));
  const isRegistered = contacts.length > 0;
  const faults: PbxFault[] = [];
  if (isYes(settings.get('force_rport')) && !isTcp) {
    const why =
      'force_rport is on: over UDP the phone never hears an answer, and shows "Registering" for ever; set force_rport=no';
    faults.push(
      isRegistered
        ? doubtful('P_FORCED_RPORT', `${why} (this one registered, so NAT is on in its configuration)`)
        : bad('P_FORCED_RPORT', why),
    );
  }
  if (isYes(settings.get('rewrite_contact')) && !isTcp) {
    const why =
      'rewrite_contact is on: over UDP calls go to a port where the phone does not listen; set rewrite_contact=no';
    const isKept = isRegistered && contacts.every((contact) => contact.viaPort === placeOf(contact.uri).port);
    const natOn = `${why} (this one is called where it listens, so NAT is on in its configuration)`;
    faults.push(isKept ? doubtful('P_REWRITTEN_CONTACT', natOn) : bad('P_REWRITTEN_CONTACT', why));
  }
  const allow = settings.get('allow');
  if (allow !== undefined && !/\b[au]law\b/.test(allow)) {
    faults.push(bad('P_NO_AUDIO_FORMAT', `neither ulaw nor alaw is allowed (it has ${allow}); set allow=ulaw,alaw`));
  }
  if (isYes(settings.get('direct_media'))) {
    faults.push(
      doubtful(
        'P_ONE_WAY_AUDIO',
        'direct_media is on: sound goes from phone to phone, and is one-sided where they cannot reach each other; set direct_media=no',
      ),
    );
  }
  const identify = settings.get('identify_by');
  if (identify !== undefined && !/\b(?:auth_)?username\b/.test(identify)) {
    faults.push(
      bad(
        'P_REGISTRATION_REJECTED',
        `identify_by is ${identify}: the phone is not recognised by its name; set identify_by=username`,
      ),
    );
  }
  return faults;
}

function authFaults({ id, settings }: ShownObject, line: PbxLine | null): readonly PbxFault[] {
  const faults: PbxFault[] = [];
  const algorithms = settings.get('supported_algorithms_uas');
  if (algorithms !== undefined && algorithms !== '' && !/^MD5\b/i.test(algorithms)) {
    faults.push(
      bad(
        'P_DIGEST_NOT_MD5',
        `auth ${id} offers ${algorithms}: the phones know MD5 alone; set supported_algorithms_uas=MD5`,
      ),
    );
  }
  const password = settings.get('password') ?? '';
  const fault = password === '' ? null : passwordFault(password);
  if (fault !== null) faults.push(bad('P_PASSWORD_TOO_LONG', `auth ${id}: ${fault}`));
  const isOther = line !== null && password !== '' && password !== line.password;
  if (isOther)
    faults.push(
      bad(
        'P_WRONG_PASSWORD',
        `auth ${id} has another password than the account: write the files again with "loadstep pbx", or give the account this one`,
      ),
    );
  const name = settings.get('username') ?? '';
  if (line !== null && name !== '' && name !== line.authName) {
    faults.push(bad('P_WRONG_PASSWORD', `auth ${id} has the name ${name}, and the phone answers as ${line.authName}`));
  }
  return faults;
}

/** Below this the phones' stack unregisters (20 s and the 5 s by which it refreshes early); its own comment says 60 and 5. */
const SURELY_SMALL = 25;
const PERHAPS_SMALL = 65;

function aorFaults({ id, settings }: ShownObject): readonly PbxFault[] {
  const faults: PbxFault[] = [];
  const most = numberIn(settings, 'maximum_expiration');
  if (most !== null && most < PERHAPS_SMALL) {
    const why = `AOR ${id} grants at most ${most} s: a phone that is granted too little unregisters itself at once; set maximum_expiration=3600`;
    faults.push(most < SURELY_SMALL ? bad('P_EXPIRES_TOO_SMALL', why) : doubtful('P_EXPIRES_TOO_SMALL', why));
  }
  if (numberIn(settings, 'max_contacts') === 0) {
    faults.push(bad('P_REGISTRATION_REJECTED', `AOR ${id} lets nobody register; set max_contacts=1`));
  }
  return faults;
}

function contactFaults(
  contact: ShownContact,
  settings: ReadonlyMap<string, string>,
  line: PbxLine | null,
): readonly PbxFault[] {
  const { uri, viaAddress, viaPort, status, userAgent } = contact;
  const { host, port } = placeOf(uri);
  const isUdp = isOverUdp(uri);
  const faults: PbxFault[] = [];
  const isRewritten = isUdp && viaPort !== null && port !== viaPort;
  if (isRewritten && !isYes(settings.get('rewrite_contact'))) {
    faults.push(
      bad(
        'P_REWRITTEN_CONTACT',
        `calls go to port ${port}, and the phone listens on ${viaPort}: something rewrites its Contact; set rewrite_contact=no, then restart the phone`,
      ),
    );
  }
  if (viaAddress !== null && viaAddress !== host) {
    faults.push(
      doubtful(
        'P_UNKNOWN_ADDRESS_IN_REQUEST_URI',
        `it is called at ${host}, and calls itself ${viaAddress}: a phone answers 404 to calls for an address that is not its own`,
      ),
    );
  }
  if (/^Unavail/i.test(status ?? '')) {
    faults.push(
      bad(
        isRewritten ? 'P_REWRITTEN_CONTACT' : null,
        `it does not answer OPTIONS at ${host}:${port}, so calls do not reach it either`,
      ),
    );
  }
  const phone = registeredPhone(contact);
  const owner = line === null || phone.mac === null ? undefined : line.phones.find(({ mac }) => mac === phone.mac);
  if (line !== null && phone.mac !== null && owner === undefined) {
    faults.push(
      doubtful(
        null,
        `${phone.mac} registered, and the account is of ${line.phones.map(({ mac }) => mac).join(' and ')}`,
      ),
    );
  }
  const other = owner === undefined ? null : otherRelease(userAgent ?? '', owner);
  if (other !== null) faults.push(other);
  return faults;
}

/** A URI may be cut behind the first letter of its transport. */
function isOverUdp(uri: string): boolean {
  return !/transport=t/i.test(uri);
}

/** Host and port of a SIP URI; 5060 where it names none. */
function placeOf(uri: string): { readonly host: string; readonly port: number } {
  const [, host = '', port = '5060'] = /^sips?:(?:[^@]*@)?(\[[^\]]*\]|[^:;>]+)(?::(\d+))?/.exec(uri) ?? [];
  return { host, port: Number(port) };
}

/** A phone that calls itself by another release than the one that it landed on. A service release is not part of it. */
function otherRelease(userAgent: string, { load, isLanded }: PbxPhone): PbxFault | null {
  const told = /^Cisco-CP79\d\dG?(?:-GE)?\/(\d+)\.(\d+)(?:\.(\d+))?/.exec(userAgent);
  const parsed = load === null || !isLanded ? null : parseLoadName(load);
  if (told === null || parsed === null || !parsed.ok) return null;
  const { release, family } = parsed.value;
  const [major, minor] = [Number(told[1]), Number(told[2])];
  // 8.x of a 7940 or 7960 calls itself 8.0, whichever it is.
  const isSame = family === '79x0' ? release[0] === major : release[0] === major && release[1] === minor;
  return isSame
    ? null
    : doubtful(
        null,
        `it calls itself ${userAgent}, and the record says that it landed on ${load}: look at its display`,
      );
}

function registeredPhone({ uri, viaAddress, viaPort, userAgent, callId, status }: ShownContact): RegisteredPhone {
  const isCisco = /^Cisco-CP/.test(userAgent ?? '');
  const [, first, second] = (isCisco ? /^([0-9a-f]{8})-([0-9a-f]{4})/.exec(callId ?? '') : null) ?? [];
  const mac = first === undefined ? null : (`${first}${second}`.toUpperCase() as MacAddress);
  const from = viaAddress === null ? null : `${viaAddress}${viaPort === null ? '' : `:${viaPort}`}`;
  return { uri, from, userAgent, mac, status };
}

function numberIn(settings: ReadonlyMap<string, string>, key: string): number | null {
  const text = settings.get(key);
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}

function isYes(text: string | undefined): boolean {
  return /^(?:yes|true|on|1)$/i.test(text ?? '');
}

function bad(code: string | null, why: string): PbxFault {
  return { level: 'bad', code, why };
}

function doubtful(code: string | null, why: string): PbxFault {
  return { level: 'doubtful', code, why };
}
