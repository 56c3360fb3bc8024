import { NO_MEMORY, type PhoneMemory } from './memory.ts';
import type { Tried } from './tried.ts';

/** What can become void: a part of the memory, or one kind of thing that was tried in vain. */
export type Forgettable =
  | Exclude<keyof PhoneMemory, 'version' | 'obeyed' | 'tries' | 'manifest' | 'toldToRestart'>
  | Tried['what'];

/** Every kind of thing that may be tried in vain; the compiler sees to it that none is missing. */
const TRIED = Object.keys({
  'came-back': 0,
  'came-in-vain': 0,
  'came-back-unchanged': 0,
  denied: 0,
  'missed-file': 0,
  'other-application': 0,
  'passed-over': 0,
  'showed-nothing': 0,
  'showed-otherwise': 0,
  'fell-behind': 0,
  'fits-several': 0,
  'headless-boot': 0,
  'images-missing': 0,
  'kept-other': 0,
  'loader-alone': 0,
  'silent-boot': 0,
  'silent-round': 0,
  stalled: 0,
  'taken-whole': 0,
  'unsaid-boot': 0,
  'was-away': 0,
} satisfies Readonly<Record<Tried['what'], 0>>) as readonly Tried['what'][];

const ALL: readonly Forgettable[] = [
  'told',
  'followed',
  'vain',
  'surprises',
  'falls',
  'disproven',
  'movedAt',
  'withheld',
  'switched',
  'ran',
  'ownWord',
  ...TRIED,
];

/** What stays true of a phone whatever a person asks for it. */
const STAYS: ReadonlySet<Forgettable> = new Set([
  'was-away',
  'loader-alone',
  'images-missing',
  'ran',
  'ownWord',
] as const);

/** That its boots show nothing. */
const SILENT: ReadonlySet<Forgettable> = new Set(['silent-boot', 'silent-round'] as const);

/**
 * The one table of what makes which memory void. What a phone came back from outlives a proven hop, and so does that it fell behind one: it may
 * come to that again.
 * Nothing makes the operator's word void but a newer one.
 */
export const FORGETS = {
  /** The hop was proven: the phone runs something else now, and what was tried for the hop is over. */
  'hop-proven': [
    'followed',
    'switched',
    'ownWord',
    ...TRIED.filter((what) => what !== 'came-back' && what !== 'fell-behind'),
  ],
  /** It runs its target. */
  landed: ['fell-behind', 'headless-boot', 'switched', 'was-away'],
  /** A boot of it was heard from its own first name on. */
  'own-boot-heard': ['headless-boot'],
  /** It said that it runs its target. */
  said: ['unsaid-boot'],
  /** The phone shows that it runs something else than was believed. */
  contradicted: [
    'fits-several',
    'followed',
    'passed-over',
    'silent-boot',
    'silent-round',
    'withheld',
    'ran',
    'kept-other',
  ],
  /** It goes for a load: it does not run what it was silent about. */
  'load-asked': ['silent-boot', 'silent-round', 'switched'],
  /** The last file that the hop needs reached the phone whole: it may well show something else from then on. */
  'load-taken': ['showed-otherwise', 'ownWord', 'kept-other'],
  /** The application that a loader starts reached the phone, to its last block: if it has not all of it, it asks again. */
  'application-taken': ['loader-alone', 'ownWord', 'kept-other'],
  /** All that the hop needs reached the phone, to its last block: what it lacks it asks for again. */
  'images-taken': ['images-missing', 'ownWord', 'kept-other'],
  /** What a held phone was held for has ended: it may read now what it passed over before. */
  'hold-lifted': ['passed-over'],
  /**
   * A person asked to begin anew. That the phone does what it reads stays true of what it runs, and so does what it missed and what it has, and that its boots
   * show nothing.
   */
  retried: ALL.filter((one) => one !== 'followed' && !SILENT.has(one) && !STAYS.has(one)),
  /** A person gave it another target, or enrolled it again. */
  'other-target': ALL.filter((one) => !STAYS.has(one)),
} as const satisfies Readonly<Record<string, readonly Forgettable[]>>;

export type Because = keyof typeof FORGETS;

/** The memory without what has become void. */
export function forget(memory: PhoneMemory, because: Because): PhoneMemory {
  const gone: ReadonlySet<string> = new Set<Forgettable>(FORGETS[because]);
  const fresh = Object.fromEntries(Object.entries(NO_MEMORY).filter(([key]) => gone.has(key)));
  return { ...memory, ...fresh, tries: memory.tries.filter(({ tried }) => !gone.has(tried.what)) };
}

/** `FORGETS` as a table for the documents: a row for each thing that is remembered, a column for each cause. */
export function forgetsTable(): string {
  const causes = Object.keys(FORGETS) as Because[];
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  const cells = (thing: Forgettable) =>
    causes.map((because) => ((FORGETS[because] as readonly Forgettable[]).includes(thing) ? 'void' : ''));
  const head = row(['what is remembered', ...causes.map((because) => `\`${because}\``)]);
  return `${head}${row(['---', ...causes.map(() => ':-:')])}${ALL.map((thing) => row([`\`${thing}\``, ...cells(thing)])).join('')}`;
}
