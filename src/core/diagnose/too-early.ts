import { entriesOfName } from '../explain/name-index.ts';
import type { HeardAt } from '../heard/heard.ts';
import type { AskedStep, Round } from './phone-log.ts';

/** Whether a later question is one that only a phone with a loader asks (legacy-79x0 3.1): it took the image after all. */
export function hasLoader(rounds: readonly Round[], index: number, from: HeardAt): boolean {
  const [here, ...later] = rounds.slice(index);
  const rest = here?.steps.slice(here.steps.findIndex(({ first }) => first === from) + 1) ?? [];
  const all = [...rest, ...later.flatMap(({ steps }) => steps)];
  return all.some(({ asked: { kind } }) => kind === 'ctl-phone' || kind === 'manifest');
}

/** Whether the image is one that no software before 5.x should have been named: that it is missing or was given is then no matter. */
export function isTooEarly({ name }: AskedStep['asked']): boolean {
  return entriesOfName(name, () => null).some(({ code }) => code === 'P_LOADER_TOO_EARLY');
}
