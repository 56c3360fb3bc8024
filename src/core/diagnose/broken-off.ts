import { type FaultList, OVER } from './fault-list.ts';
import { isRefused, type Round } from './phone-log.ts';

/** An image that was fetched so often in one round is no accident (invented: a pair of fetches is normal). */
export const IMAGE_TIMES = 3;

/** What the transfers of one round tell that broke off. */
export function judgeBrokenOff(round: Round, index: number, found: FaultList): void {
  const refused = round.steps.findIndex((step) => step.asked.kind === 'image' && isRefused(step));
  round.steps.forEach((step, i) => {
    const { asked, ends, end, broken, times } = step;
    const often = ends['broken-off'];
    if (broken === null || end === null) return;
    if (asked.kind === 'image' && (often >= IMAGE_TIMES - 1 || times >= IMAGE_TIMES)) {
      found.add('P_IMAGE_LOOP', `${asked.name} broke off ${often} times`, end.at, index, round.times);
    } else if (refused < 0 || refused > i) {
      // A Java phone drops the archive after one that it did not get: that says nothing new.
      const isOver = end.outcome === 'sent';
      const about = `the transfer of ${asked.name} ended with "${broken.words}"${isOver ? '; it was sent after that' : ''}`;
      found.add('P_TRANSFER_BROKEN_OFF', about, broken.at, isOver ? OVER : index, often * round.times);
    }
  });
}
