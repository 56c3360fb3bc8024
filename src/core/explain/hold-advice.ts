import { entryOf } from './catalogue.ts';
import { KEY_SEQUENCES, type KeySequence, type KeyTopic, PHONE_GROUPS } from './keys.ts';

const TOPICS: Readonly<Record<KeyTopic, string>> = {
  restart: 'to restart it when it is idle',
  unlock: 'to unlock its settings',
  'alternate-tftp': 'for its TFTP address',
  'erase-trust-lists': 'to forget trust lists',
  'factory-reset': 'for a factory reset, the last resort',
};

/** What the catalogue advises on a code, in plain words; empty when it has none. */
export function adviceOn(code: string): string {
  return (entryOf(code)?.advice ?? []).join(' ').replaceAll('`', '"');
}

/** Advice with the keys that a code may need on this group of phones; both groups when it is not known which it is. */
export function withKeys(code: string, advice: string, phones: KeySequence['phones'] | null): string {
  const topics = entryOf(code)?.keys ?? [];
  const groups = phones === null ? (['79x0', 'java'] as const) : ([phones] as const);
  const keys = topics.flatMap((topic) =>
    groups.flatMap((group) => {
      const found = KEY_SEQUENCES.find((one) => one.topic === topic && one.phones === group);
      const on = phones === null ? ` (${PHONE_GROUPS[group]})` : '';
      return found === undefined ? [] : [`${TOPICS[topic]}${on}: ${found.keys}`];
    }),
  );
  return keys.length === 0 ? advice : `${advice.replace(/\.$/, '')}. Keys ${keys.join('; ')}`;
}
