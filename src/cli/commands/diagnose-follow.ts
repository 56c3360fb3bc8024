import { type FollowedSources, followSources } from '../../adapters/heard/follow-sources.ts';
import type { SourceCount } from '../../adapters/heard/hear-sources.ts';
import type { BenchLog } from '../../core/diagnose/bench-log.ts';
import type { CliIo } from '../io.ts';
import { INTERRUPTED } from '../io.ts';
import { diagnosisLine } from '../output/diagnosis-json.ts';
import { NewsTeller } from '../output/diagnosis-news.ts';
import type { DiagnosisWords, ToldPhone } from '../output/diagnosis-text.ts';

/** Telling takes no more than this part of the time (invented). */
const AT_MOST_ONE_IN = 5;

/** What following takes from the command. */
export interface FollowParts {
  readonly names: readonly string[];
  readonly bench: BenchLog;
  readonly io: CliIo;
  readonly isJson: boolean;
  /** The phones as they stand. */
  readonly phones: () => readonly ToldPhone[];
  readonly words: (sources: readonly SourceCount[]) => DiagnosisWords;
  /** Tells what was there at the beginning. */
  readonly showFirst: (phones: readonly ToldPhone[], sources: readonly SourceCount[]) => void;
}

/** Tells what the logs hold, and then what is added, until it is interrupted or standard input ends. */
export async function follow({ names, bench, io, isJson, phones, words, showFirst }: FollowParts): Promise<number> {
  const news = new NewsTeller();
  let followed: FollowedSources | null = null;
  let isInterrupted = false;
  const stopped = io.onStop((signal) => {
    isInterrupted = signal === 'SIGINT';
    followed?.stop();
  });
  let [toldOf, dueAt] = [0, 0];
  const paused = (isFirst: boolean): void => {
    if (io.stdout.isClosed()) followed?.stop();
    const begun = performance.now();
    if (!isFirst && (bench.events === toldOf || begun < dueAt)) return;
    toldOf = bench.events;
    const [sources, all] = [followed?.counts() ?? [], phones()];
    if (isFirst) showFirst(all, sources);
    for (const phone of news.changed(all)) {
      if (isFirst || isJson) news.note(phone);
      if (isJson && !isFirst) io.stdout.write(diagnosisLine(phone));
      else if (!isFirst) io.stdout.write(news.tell(phone, words(sources)));
    }
    // A bench of thousands takes its time: no more than a part of it is spent on telling.
    dueAt = begun + AT_MOST_ONE_IN * (performance.now() - begun);
  };
  followed = followSources(names, Date.now(), (heard) => bench.hear(heard), paused);
  try {
    await followed.done;
  } finally {
    stopped();
  }
  return isInterrupted ? INTERRUPTED : 0;
}
