import type { BatchPause } from '../../app/batch/batch-status.ts';
import { spanText } from '../../core/text/amounts.ts';
import { clockText, dateText, printable } from './printable.ts';

const DAY_MS = 86_400_000;

/** For everybody who looks on while phones wait to get on; `command` are the words after `loadstep` that start a server. */
export function noServerText(command: string): string {
  return `No server runs on this record, so no phone is answered: start one with "loadstep ${command}".`;
}

/** The same while the process of the server stands still. */
export function stoppedServerText(pid: number): string {
  return `The server (process ${pid}) stands still (Ctrl-Z, SIGSTOP), so no phone is answered: let it go on with "kill -CONT ${pid}", or with "fg" in its terminal.`;
}

/** For everybody who looks on while phones are not led to the server, and why. */
export function ledAwayText(why: string): string {
  return `Phones ask the other server and not loadstep, until that is mended: ${printable(why)}.`;
}

/** That the batch is paused, since when, why and what lets it go on, as one line; limits count all batches of a record, and a pause stops all. */
export function pauseText({ since, reason }: BatchPause, now: number, batches = 1): string {
  const clock =
    since === null ? '' : now - since < DAY_MS ? clockText(since) : `${dateText(since)} ${clockText(since)}`;
  const when = since === null ? '' : ` since ${clock} (${spanText(now - since)})`;
  const what = batches > 1 ? `All ${batches} batches are` : 'The batch is';
  return `${what} PAUSED${when} until "loadstep resume": ${printable(reason)}. No phone begins another step.`;
}
