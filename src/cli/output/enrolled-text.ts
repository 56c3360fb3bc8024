import type { Enrolled, Wish } from '../../app/list/enrol.ts';

/** What enrolling did to a phone, as one sentence without its full stop. */
export function enrolledText({ mac, target }: Wish, outcome: Enrolled): string {
  const text: Readonly<Record<Enrolled, string>> = {
    new: `is on the list for ${target}`,
    changed: `is on the list, now for ${target}`,
    again: `was held and starts again towards ${target}`,
    'going-on': `is on the list for ${target} already`,
    landed: `has landed on ${target} already`,
  };
  return `${mac} ${text[outcome]}`;
}
