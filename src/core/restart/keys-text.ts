import { KEY_SEQUENCES, PHONE_GROUPS } from '../explain/keys.ts';
import { isJavaFamily } from '../names/family.ts';
import type { Software } from '../software.ts';

/** Which keys restart a phone, for the one who stands before it: of its own group where that is known, else of both. */
export function restartKeys(software: readonly Software[]): readonly string[] {
  const groups = new Set(software.map(groupOf));
  const [only] = groups.size === 1 ? groups : [];
  return KEY_SEQUENCES.filter(
    ({ topic, phones }) => topic === 'restart' && (only === undefined || phones === only),
  ).map(({ phones, keys, effect }) => `${only === undefined ? `${PHONE_GROUPS[phones]}: ` : ''}${keys} (${effect})`);
}

function groupOf({ family, generation }: Software): '79x0' | 'java' {
  return generation === 'java' || (family !== null && isJavaFamily(family)) ? 'java' : '79x0';
}
