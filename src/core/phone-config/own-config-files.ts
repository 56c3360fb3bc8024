import { loadInName } from '../answer/load-in-file.ts';
import { isOwnFile, readOwnFile } from '../answer/own-file.ts';
import { classifyName } from '../names/asked-name.ts';
import type { ConfiguredPhone, OwnConfigFile, Refusal } from './wish.ts';

const PLAIN = /^[A-Za-z0-9][A-Za-z0-9_.-]*(?:\/[A-Za-z0-9][A-Za-z0-9_.-]*){0,4}$/;

/** What is wrong with a file that goes with a configuration; null when it may: it names no other load, and it is no firmware. */
export function configFileFault({ name, content }: OwnConfigFile, { mac, load }: ConfiguredPhone): Refusal | null {
  const refused = (message: string): Refusal => ({ code: 'E_CONFIG_REFUSED', message });
  if (!PLAIN.test(name)) return refused(`"${name}" is no plain name of a file`);
  const asked = classifyName(name);
  if (asked.mac !== null && asked.mac !== mac) return refused(`${name} is a file of another phone`);
  if (!isOwnFile(asked.kind)) {
    return loadInName(asked) === null && asked.kind !== 'os79xx'
      ? null
      : refused(`${name} is firmware, or names it; a configuration never moves a phone to another load`);
  }
  const own = readOwnFile(asked, content, load);
  const isPhones = asked.kind === 'sip-phone' || asked.kind === 'sep-xml';
  if (own.kind === 'withheld') return refused(`${name} cannot be used: ${own.reason}; ${own.advice}`);
  if (!isPhones && own.load !== null) {
    return refused(`${name} names a load, and every phone reads it; take the load out`);
  }
  if (own.isMended === true || (isPhones && own.load === null)) {
    const found = own.load === null ? 'no load' : 'another load';
    return refused(`${name} names ${found}; have it name ${load}, the one that the phone landed on`);
  }
  return null;
}
