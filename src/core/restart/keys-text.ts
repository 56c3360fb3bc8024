import { KEY_SEQUENCES, type KeySequence, PHONE_GROUPS } from '../explain/keys.ts';
import { isJavaFamily } from '../names/family.ts';
import type { Software } from '../software.ts';

/** Which keys restart a phone, for the one who stands before it: of its own group where that is known, else of both. */
export function restartKeys(software: readonly Software[]): readonly string[] {
  const groups = new Set(software.map(groupOf));
  const [only] = groups.size === 1 ? groups : [];
  return RESTARTS.filter(({ phones }) => only === undefined || phones === only).map(
    (one) => `${only === undefined ? `${PHONE_GROUPS[one.phones]}: ` : ''}${wordsOf(one)}`,
  );
}

/** The sequences that such words tell, to be drawn beside them. */
export function sequencesIn(keys: readonly string[]): readonly KeySequence[] {
  return RESTARTS.filter((one) => keys.some((words) => words.endsWith(wordsOf(one))));
}

const RESTARTS = KEY_SEQUENCES.filter(({ topic }) => topic === 'restart');

function wordsOf({ keys, effect }: KeySequence): string {
  return `${keys} (${effect})`;
}

function groupOf({ family, generation }: Software): '79x0' | 'java' {
  return generation === 'java' || (family !== null && isJavaFamily(family)) ? 'java' : '79x0';
}
