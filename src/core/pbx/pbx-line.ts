import type { Account } from '../account/account.ts';
import { familyOfLoad } from '../names/load-name.ts';
import type { MacAddress } from '../names/mac-address.ts';
import { err, ok, type Result } from '../result.ts';

/** What is known of a phone that has a line. */
export interface PbxPhone {
  readonly mac: MacAddress;
  readonly label: string | null;
  readonly model: string | null;
  /** The load that it runs, or that it is to run; null where nothing is known. */
  readonly load: string | null;
  readonly isLanded: boolean;
}

/** A line as the PBX has to know it; several phones may have it. */
export interface PbxLine {
  readonly extension: string;
  readonly name: string;
  readonly authName: string;
  readonly password: string;
  readonly phones: readonly PbxPhone[];
}

/** The lines of accounts, each extension once, in their order; an extension with two passwords is refused. */
export function linesOf(
  accounts: readonly Account[],
  phoneOf: (account: Account) => PbxPhone,
): Result<readonly PbxLine[], string> {
  const lines = new Map<string, PbxLine>();
  for (const account of accounts) {
    const phone = phoneOf(account);
    for (const { extension, name, authName, password } of account.lines) {
      const there = lines.get(extension);
      if (there === undefined) lines.set(extension, { extension, name, authName, password, phones: [phone] });
      else if (there.password !== password || there.authName !== authName) {
        return err(
          `extension ${extension} has one password at ${there.phones[0]?.mac} and another at ${account.mac}, and the PBX knows only one: ` +
            `type "loadstep accounts forget --mac" with the one that is wrong, and give its account again`,
        );
      } else if (!there.phones.includes(phone)) lines.set(extension, { ...there, phones: [...there.phones, phone] });
    }
  }
  return ok([...lines.values()].toSorted((a, b) => a.extension.localeCompare(b.extension, 'en', { numeric: true })));
}

/** Whether a phone is a 7940 or 7960, a Java phone, or nobody knows. */
export function kindOf({ load }: PbxPhone): '79x0' | 'java' | null {
  const family = load === null ? null : familyOfLoad(load);
  return family === null ? null : family === '79x0' ? '79x0' : 'java';
}

/** Codecs of a line, in the words of Asterisk. G.722 is for Java phones alone, and only where it is switched on in the phone as well. */
export function codecsOf({ phones }: PbxLine, hasG722: boolean): readonly string[] {
  const isWide = hasG722 && phones.every((phone) => kindOf(phone) === 'java');
  return isWide ? ['g722', 'ulaw', 'alaw'] : ['ulaw', 'alaw'];
}

/** What is known of a phone and matters to the PBX, in words on one line. */
export function phoneWords(phone: PbxPhone): string {
  const { mac, label, model, load, isLanded } = phone;
  const runs = load === null ? 'load not known' : `${isLanded ? 'runs' : 'is to run'} ${load}`;
  const kind = kindOf(phone);
  const transport = kind === '79x0' ? 'UDP only' : kind === 'java' ? 'TCP or UDP' : null;
  const words = [label, model, runs, transport].filter((word) => word !== null);
  return `${mac}: ${words.join(', ')}`.replace(/[^\P{C}]/gu, '_');
}
