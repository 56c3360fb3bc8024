import type { Answer } from '../../core/answer/answer.ts';
import type { HistoryEvent } from '../../core/history/event.ts';
import type { AskedName } from '../../core/names/asked-name.ts';

/** What an answer leaves in the record beside the request itself: a load that was named, a probe, a name spelled differently. */
export function rowsOfAnswer(
  answer: Answer,
  asked: AskedName,
  where: Omit<HistoryEvent, 'event'>,
): readonly HistoryEvent[] {
  const rows: HistoryEvent[] = [];
  if (answer.kind === 'trigger' || (answer.kind === 'file' && answer.isTrigger)) {
    rows.push({ event: 'load.offered', ...where, load: answer.hop.load, file: asked.name });
  }
  if (answer.kind === 'file' && !answer.isExact) {
    const reason = `the phone asked ${asked.name}, the package holds ${answer.name}: served, for only the case differs`;
    rows.push({ event: 'phone.finding', ...where, finding: 'wrong-case', code: 'P_WRONG_CASE', reason });
  }
  if (answer.kind === 'probe') {
    const reason = 'a name that no load bears is shown, to see whether the phone appends .bin or .sbn to it';
    rows.push({ event: 'phone.decision', ...where, file: asked.name, reason });
  }
  return rows;
}
