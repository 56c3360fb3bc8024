import { setTimeout as sleep } from 'node:timers/promises';
import { type Generator, generateLoad } from '../load.ts';
import { machineSeconds } from '../process-tree.ts';
import { pinnedTo } from './pin.ts';
import type { Serving } from './serving.ts';

/** What a Java phone asks at each start before it runs its load; the second one is a decision that is recorded. */
const ASKED = ['CTLSEP{mac}.tlv', 'SEP{mac}.cnf.xml', 'dialplan.xml', 'RINGLIST.DAT'];

/** Questions of phones while something else went on, or nothing. */
export interface Slice {
  readonly kind: string;
  readonly answers: number;
  readonly perSecond: number;
  /** Processor time of the server for one of them; what went on beside them is in it. */
  readonly costUs: number;
  readonly p50: number;
  readonly p99: number;
  readonly repeated: number;
  /** How much went on beside them: messages, or pages. */
  readonly beside: number;
  readonly othersShare: number;
}

/** What goes on beside the questions: resolves with how much, when it is told to end. */
export type Beside = (end: AbortSignal) => Promise<number>;

interface Wish {
  readonly serving: Serving;
  readonly generator: Generator;
  readonly clients: number;
  /** How often each of them starts. */
  readonly starts: number;
}

/** Has phones ask by TFTP, one question after the other, while something goes on. */
export async function decide(wish: Wish, kind: string, beside: Beside = async () => 0): Promise<Slice> {
  const { serving, generator, clients, starts } = wish;
  const names = Array.from({ length: starts }, () => ASKED).flat();
  const end = new AbortController();
  const [busy, before] = [serving.busy(), machineSeconds()];
  const [ownBefore, others] = [process.cpuUsage(), beside(end.signal)];
  const load = await generateLoad(generator, { ...serving.tftp, clients, names, prefix: pinnedTo(1) });
  const cost = serving.busy() - busy;
  const after = machineSeconds();
  end.abort();
  const own = process.cpuUsage(ownBefore);
  const ours = cost + load.processor + (own.user + own.system) / 1e6;
  const answers = load.files + load.missing;
  return {
    kind,
    answers,
    perSecond: answers / load.seconds,
    costUs: (cost / answers) * 1e6,
    p50: load.firstP50,
    p99: load.firstP99,
    repeated: load.retransmissions,
    beside: await others,
    othersShare: Math.max(0, (after.busy - before.busy - ours) / (after.all - before.all)),
  };
}

/**
 * Calls so many times a second until it is ended; resolves with how often that was. A second is one of the server's processor time: it has a core to itself
 * and is never idle here, so on a quiet machine that is a second, and on a busy one what goes on stays in proportion to what it answers.
 */
export async function steadily(
  serving: Serving,
  perSecond: number,
  end: AbortSignal,
  call: (turn: number) => void,
): Promise<number> {
  const began = serving.busy();
  for (let called = 0; ; ) {
    for (const due = (serving.busy() - began) * perSecond; called < due; called++) call(called);
    if (end.aborted) return called;
    await sleep(10);
  }
}
