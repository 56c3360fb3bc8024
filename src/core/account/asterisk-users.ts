import { type AsteriskSection, lastOf, readAsteriskText } from './asterisk-sections.ts';
import type { RowNote } from './collect.ts';
import type { LineCells } from './line-wish.ts';

/** A user of a PBX, as its own files name it. */
export interface PbxUser {
  /** The line of the file. */
  readonly at: number;
  readonly cells: Omit<LineCells, 'line'>;
  /** Why its password cannot be used; null where there is one. */
  readonly fault: string | null;
}

export interface PbxUsers {
  readonly users: readonly PbxUser[];
  readonly notes: readonly RowNote[];
}

/** The users in a pjsip.conf, a pjsip_wizard.conf or a sip.conf. Trunks, which log on elsewhere, are none. */
export function asteriskUsers(text: string): PbxUsers {
  const { sections, includes } = readAsteriskText(text);
  const real = sections.filter(({ isTemplate }) => !isTemplate);
  const users = real.flatMap((section) => {
    const type = lastOf(section, 'type')?.toLowerCase();
    if (type === 'endpoint') return endpointUser(section, real);
    if (type === 'wizard') return wizardUser(section);
    return type === 'friend' || type === 'peer' ? peerUser(section) : [];
  });
  const notes = includes.map(({ at, file }) => ({
    line: at,
    why: `${file} is not read for it; name that file, too, where its users are meant`,
  }));
  return { users, notes };
}

/** An endpoint that asks those who call it for a password. */
function endpointUser(endpoint: AsteriskSection, sections: readonly AsteriskSection[]): readonly PbxUser[] {
  const names = (lastOf(endpoint, 'auth') ?? '').split(',').map((name) => name.trim());
  const auths = sections.filter((one) => names.includes(one.name) && lastOf(one, 'type')?.toLowerCase() === 'auth');
  const auth = auths[0];
  if (names[0] === '') return [];
  if (auth === undefined) {
    return [
      userOf(endpoint, '', '', `its auth section [${names[0]}] is not in this file; name the file that has it, too`),
    ];
  }
  const hash = lastOf(auth, 'md5_cred') ?? lastOf(auth, 'password_digest');
  const password = lastOf(auth, 'password') ?? '';
  const why = password === '' && hash !== null ? HASHED : null;
  return [userOf(endpoint, lastOf(auth, 'username') ?? '', password, why)];
}

const HASHED = 'its password is there only as a hash, and the phone needs the password itself: write it into a list';

function wizardUser(section: AsteriskSection): readonly PbxUser[] {
  if (lastOf(section, 'accepts_auth') !== 'yes') return [];
  const value = (key: string) => lastOf(section, `inbound_auth/${key}`) ?? '';
  const callerid = lastOf(section, 'endpoint/callerid');
  return [userOf(section, value('username'), value('password'), null, callerid)];
}

/** chan_sip: a peer that registers here. */
function peerUser(section: AsteriskSection): readonly PbxUser[] {
  if (lastOf(section, 'host')?.toLowerCase() !== 'dynamic') return [];
  const hash = lastOf(section, 'md5secret');
  const password = lastOf(section, 'secret') ?? '';
  return [userOf(section, '', password, password === '' && hash !== null ? HASHED : null)];
}

function userOf(
  section: AsteriskSection,
  authName: string,
  password: string,
  fault: string | null,
  callerid = lastOf(section, 'callerid'),
): PbxUser {
  const { name, at } = section;
  return { at, cells: { extension: name, name: nameIn(callerid ?? ''), authName, password }, fault };
}

/** The name in `"Reception" <201>` or `Reception <201>`; empty where there is none, as with `device <201>`. */
function nameIn(callerid: string): string {
  const name = callerid
    .replace(/<[^>]*>\s*$/, '')
    .replace(/^\s*"?|"?\s*$/g, '')
    .trim();
  return name === 'device' || /^<?\d+>?$/.test(name) ? '' : name;
}
