import type { ParsedLoad } from '../names/load-name.ts';
import { compareReleases } from '../names/release.ts';
import type { PhoneConfigFacts } from '../phone-config/facts.ts';
import { countText } from '../text/amounts.ts';
import type { Held, Tell } from './legacy-phone.ts';

/** The least that is left of an expiry without its delta, s (after-landing 4.1: 20 in the code, 60 in a remark beside it). */
const LEAST_LEFT_S = 20;
const DOUBTFUL_LEFT_S = 55;
/** What the phone takes where nothing is written, s. */
const DEFAULT_DELTA_S = 5;

/** Whether an expiry leaves the phone time to be registered. 7.x raises it instead. */
export function checkExpiry(held: Held | null, delta: string | null, load: ParsedLoad | null, tell: Tell): void {
  if (held === null || !/^\d+$/.test(held.value)) return;
  if (load !== null && compareReleases(load.release, [8]) < 0) return;
  const left = Number(held.value) - (delta !== null && /^\d+$/.test(delta) ? Number(delta) : DEFAULT_DELTA_S);
  if (left >= DOUBTFUL_LEFT_S) return;
  tell(held, {
    code: 'P_EXPIRES_TOO_SMALL',
    severity: left < LEAST_LEFT_S ? 'will not work' : 'works badly',
    place: 'the expiry of the registration',
    wrong: `less the delta it leaves ${left} s`,
    phone:
      left < LEAST_LEFT_S
        ? 'it registers and takes itself off again at once'
        : 'it may take itself off again at once: 20 s and 60 s are both given as the least',
    mend: 'write 120 or more; 3600 is tested most',
  });
}

/** That a file moves the phone from the load that it runs to another one. */
export function tellOtherLoad(at: Held | null, place: string, runs: string, tell: Tell): void {
  tell(at, {
    code: 'P_CONFIG_NAMES_OTHER_LOAD',
    severity: 'will not work',
    place,
    wrong: `it is not ${runs}, which the phone runs`,
    phone: 'it leaves its load for the one that is named',
    mend: `write ${runs}`,
  });
}

/** Whether a password fits into the phone; what it is is never told. */
export function checkPassword(
  held: Held | null,
  place: string,
  { max, hardMax, warnFrom }: PhoneConfigFacts['forms']['password'],
  tell: Tell,
): void {
  const length = held?.value.length ?? 0;
  if (length < warnFrom) return;
  const wrong = `the password has ${countText(length, 'character')}`;
  const mend = `use 8 to ${max} letters and digits, at the PBX, too`;
  const code = 'P_PASSWORD_TOO_LONG';
  if (length > hardMax) {
    const phone = `it has room for ${hardMax}, and refuses the file or is refused with 401 for ever`;
    tell(held, { code, severity: 'will not work', place, wrong, phone, mend });
  } else if (length > max) {
    const phone = `${max} were measured to work; ${hardMax} is what its code has room for`;
    tell(held, { code, severity: 'works badly', place, wrong, phone, mend });
  } else {
    const phone = `it has room for it; single reports speak of errors from ${warnFrom} on`;
    tell(held, { code, severity: 'harmless', place, wrong, phone, mend: 'shorten it if the phone does not log in' });
  }
}
