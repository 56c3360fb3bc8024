import { PROBE_LOAD } from '../../core/answer/answer.ts';
import { adviceOn } from '../../core/explain/hold-advice.ts';
import type { HistoryEvent } from '../../core/history/event.ts';
import { hasEnded } from '../../core/identify/behaviour.ts';
import { classifyName } from '../../core/names/asked-name.ts';
import type { Needs } from '../../core/needs.ts';
import { BY_ANOTHER, SHARED } from '../phone/address-doubt.ts';
import { NAMES_A_HOLD } from '../phone/behaviour-watch.ts';
import { HEADLESS, RESTART_IDLE } from '../phone/refusals.ts';
import type { Why } from './why.ts';

const CAME_IN_VAIN =
  'wait for its next two rounds, in which its load is named in another file; "loadstep history" tells what it asks';
const PROBED = 'wait: it goes on at its next boot';

/** What helps where a phone is known by what it does, in a line; the catalogue tells the rest. */
const HELPS: Readonly<Record<string, string>> = {
  P_APP_BIN_ASKED: 'look for a second TFTP server that names that file; more: loadstep explain P_APP_BIN_ASKED',
  P_CTLSEP_LOOP: 'see that nothing filters UDP between server and phone, from other ports than 69 too',
  P_ENCRYPTED_CONFIG_ASKED:
    'erase the trust lists on the phone and restart it; keys: loadstep explain P_ENCRYPTED_CONFIG_ASKED',
  P_FILE_REFUSED: 'put the file into the folder of its package, then run: loadstep firmware verify',
  P_HUNT_ONLY: 'see that DHCP names this server alone, and on the phone that "Alternate TFTP" is off',
  P_ROUND_RESTARTED: 'run: loadstep firmware verify',
  P_SEPDEFAULT_ONLY:
    'wait where an SCCP 3.x load ("P00303….bin") is in the store: it is named to the phone in SEPDefault.cnf, then in OS79XX.TXT; more: loadstep explain P_SEPDEFAULT_ONLY',
  P_SIGNED_CONFIG_ASKED:
    'erase the trust lists on the phone and restart it; keys: loadstep explain P_SIGNED_CONFIG_ASKED',
};

/**
 * What the phone was refused last and a person can help, or what it has been seen to do that names a hold; null when it was shown
 * its load since, or did something else since. That it came for a load in vain tells something only where one is offered.
 */
export function troubleIn(rows: Iterable<HistoryEvent>, isOffered = true): Why | null {
  let [refused, seen]: [Why | null, Why | null] = [null, null];
  let isSeenLater = false;
  let isOfAnother = false;
  for (const { event, finding, file, reason = '', code = null, advice } of rows) {
    if (event === 'load.offered' || event === 'phone.state') refused = null;
    if (event === 'phone.state') seen = null;
    if (event === 'file.refused' && advice !== undefined) {
      refused = { code, reason: `${file} was refused: ${reason}`, advice, ...needsIn(advice) };
      isSeenLater = false;
    }
    const isProbe = file?.startsWith(PROBE_LOAD) === true;
    if (event === 'file.refused' && advice === undefined && isOfLoad(file) && (isOffered || isProbe)) {
      refused = isProbe
        ? {
            code,
            reason: `it was shown a name that no load has, and asked for ${file}: that tells which files it takes`,
            advice: PROBED,
          }
        : { code, reason: `it came for ${file} and did not get it: ${reason}`, advice: CAME_IN_VAIN };
      isSeenLater = false;
    }
    if (event === 'phone.finding' && code !== null && (NAMES_A_HOLD.has(code) || code === SHARED)) {
      const isSaid = reason.startsWith('the phone') || code === SHARED;
      const said = isSaid ? reason : `the phone ${reason}`;
      seen = { code, reason: said, advice: advice ?? HELPS[code] ?? adviceOn(code), needs: 'person' };
      isSeenLater = true;
      isOfAnother = finding === BY_ANOTHER;
    } else if (seen?.code != null && event.startsWith('file.') && file !== undefined) {
      if (isOfAnother || hasEnded(seen.code, classifyName(file))) seen = null;
    }
  }
  return (isSeenLater ? seen : null) ?? refused ?? seen;
}

/** What a refusal asks of a person: those that say how to wait, or that there is nothing to do, ask nothing yet. */
function needsIn(advice: string): { readonly needs?: Needs } {
  if (advice === HEADLESS.advice || advice.startsWith(RESTART_IDLE)) return { needs: 'restart' };
  return /^(wait|nothing|leave)\b/.test(advice) ? {} : { needs: 'person' };
}

/** Whether a name is that of a load's manifest or of one of its images. */
function isOfLoad(name: string | undefined): boolean {
  const kind = name === undefined ? null : classifyName(name).kind;
  return kind === 'manifest' || kind === 'image';
}
