import { isForPhone, KEY_SEQUENCES, type KeySequence, type KeysOf, phonesText } from '../explain/keys.ts';
import type { Software } from '../software.ts';

/** Which keys restart a phone, for the one who stands before it: those of its own kind where that is known, else of all that it may be. */
export function restartKeys(software: readonly Software[]): readonly string[] {
  const kinds = software.length === 0 ? [null] : software.map(kindOf);
  const fitting = RESTARTS.filter((one) => kinds.some((kind) => isForPhone(one, kind)));
  return fitting.map((one) => `${fitting.length > 1 ? `${phonesText(one)}: ` : ''}${wordsOf(one)}`);
}

/** The sequences that such words tell, to be drawn beside them. */
export function sequencesIn(keys: readonly string[]): readonly KeySequence[] {
  return RESTARTS.filter((one) => keys.some((words) => words.endsWith(wordsOf(one))));
}

const RESTARTS = KEY_SEQUENCES.filter(({ topic }) => topic === 'restart');

function wordsOf({ keys, effect }: KeySequence): string {
  return `${keys} (${effect})`;
}

function kindOf({ family, generation }: Software): KeysOf {
  return family ?? (generation === 'java' ? 'java' : '79x0');
}
