import type { ExplainEntry } from '../explain/entry.ts';
import { type FamilyId, isJavaFamily } from '../names/family.ts';

/** Commands that know only phones which asked loadstep itself, and what loadstep alone does. */
const OWN_ONLY = /loadstep (?:history|retry|status|enroll|release)\b|\bloadstep itself\b|\bis held for this\b/;

/** What loadstep does with its store and its list, which no other server has. */
const WITH_LOADSTEP = /\b[Ee]nrol|\bthe store\b|\bloadstep (?:answers|names|never|offers|serves|tries|writes)\b/;
const SAYS_WITH = /^With(?:out)? loadstep\b/;

/** What to do where the general advice speaks of the store and the record of loadstep. */
const STEPS: Readonly<Record<string, readonly string[]>> = {
  P_CONFIG_ROUND_REPEATS: [
    'Nothing is wrong with the phone: put one of the files that it asks for, naming a load that it can take, into the folder of that server.',
    'With loadstep: enrol it, and its next round is answered.',
  ],
  P_NO_VALID_LOAD: [
    'Put a whole package of the family into the folder of that server, the file with the name that was asked for among it: the newest, or 8.5(2) first as the bridge.',
    'SIP and SCCP packages hold a file of that name each: only one of them can lie there.',
    'With loadstep: import the package and enrol the phone.',
  ],
  P_FILE_REFUSED: [
    'Compare the refused name with the folder of that server, letter by letter: upper and lower case count.',
    'If the name belongs to the load that the phone shall have, add the file from the genuine archive. If not, correct what names it: `OS79XX.TXT`, the configuration of the phone, or the manifest of another package.',
    'Then restart the phone.',
  ],
  P_HUNT_ONLY: [
    'Make sure that one of the files it was given names a load that this loader takes, and that the answer reaches it whole.',
    'Make sure that option 150, option 66 and next-server of DHCP name only that server, and that no second TFTP server answers.',
    'On the phone: turn "Alternate TFTP" off. Then restart it.',
  ],
  P_TRIGGER_NOT_TAKEN: [
    'Read the name of the load on the display of the phone: a phone that takes nothing may be one that already runs what the file names.',
    'Make sure that the file names a load that the phone can take from what it runs: `loadstep diagnose FILE --target LOAD` shows the steps.',
    'Java phones: erase the trust lists of an earlier server, then restart the phone.',
  ],
  P_MANIFEST_LOOP: [
    'Compare the model on its label with the load: a load for other models is refused like this.',
    'Read the display: "Auth Fail" means the signing key, "Load rejected HC" the hardware.',
    'A Java phone in its boot loader may need the 8.5(2) package of its family first; `loadstep plan` shows the steps.',
  ],
  P_MANIFEST_MISSING: [
    'Compare the refused name with the folder of that server, letter by letter: upper and lower case count.',
    'Add the whole package from the genuine archive, or correct the configuration that names this load.',
    'Then restart the phone.',
  ],
};

/** What to do about a phone that asked another server: steps that work without a record of it. `family` is null where it is not known. */
export function adviceElsewhere({ code, advice }: ExplainEntry, family: FamilyId | null = null): readonly string[] {
  const own = Object.hasOwn(STEPS, code) ? STEPS[code] : undefined;
  const steps = own ?? advice.filter((step) => !OWN_ONLY.test(step));
  const forOthers = family === null ? null : isJavaFamily(family) ? FOR_7940_ALONE : FOR_JAVA_ALONE;
  return steps.filter((step) => forOthers?.test(step) !== true).map(withLoadstep);
}

/** A step that only loadstep can do says so. */
function withLoadstep(step: string): string {
  if (!WITH_LOADSTEP.test(step) || SAYS_WITH.test(step)) return step;
  return `With loadstep: ${step.replace(/^[A-Z](?=[a-z ])/, (letter) => letter.toLowerCase())}`;
}

/** How a step begins that is for some phones alone. */
const FOR_JAVA_ALONE = /^(?:A )?Java phones?\b/;
const FOR_7940_ALONE = /^7940\/7960:/;
