import * as fc from 'fast-check';
import type { Happening, What } from './world.ts';

/** Phones of each kind of road: before the loader, in it, behind it, and a Java phone. */
export const FOUR_PHONES = [
  { family: '79x0', load: 'P0030301MFG2', target: 'P0S3-08-11-00' },
  { family: '79x0', load: 'P003-08-2-00', target: 'P0S3-08-11-00' },
  { family: '79x0', load: 'P0S3-08-2-00', target: 'P0S3-8-12-00' },
  { family: '42', load: 'SCCP42.8-5-2S', target: 'SIP42.9-3-1SR4-1S' },
];

/** How soon power is switched in short lives: minutes, where they are tens of minutes by default. */
export const SHORT_LIMITS = { times: 3, spacingMs: 60_000, patienceMs: 120_000, quietMs: 10_000, unheardMs: 60_000 };

/** What happens to one of the four, with trouble this often, and some long silences of these lengths in seconds. */
export function happenings(troubles: number, silences: readonly number[]): fc.Arbitrary<Happening> {
  return fc.record({
    phone: fc.nat(FOUR_PHONES.length - 1),
    what: fc.oneof(
      { weight: 16, arbitrary: fc.constant<What>('goes-on') },
      {
        weight: troubles,
        arbitrary: fc.constantFrom<What>(
          'answer-lost',
          'request-lost',
          'last-ack-lost',
          'cut-while-receiving',
          'power-cut',
        ),
      },
      { weight: 3, arbitrary: fc.constantFrom<What>('server-restarts', 'retry', 'release', 'enrol', 'flash-fails') },
    ),
    seconds: fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(0, 1, 5) },
      { weight: 2, arbitrary: fc.constantFrom(...silences) },
    ),
    name: fc.constant('dialplan.xml'),
  });
}
