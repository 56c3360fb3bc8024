import type { PhoneDiagnosis } from './diagnosis.ts';

/** How long phones took for one image: to fetch it, and until they asked again. */
export interface TimesSeen {
  readonly file: string;
  /** How often it was seen from its request to the next boot. */
  readonly times: number;
  /** Medians, in milliseconds; null where no source told the moments. */
  readonly tookMs: number | null;
  readonly backMs: number | null;
}

/** Longer than this a phone was away for another reason (invented). */
const MOST_AWAY_MS = 3_600_000;

/** What phones took for each image that they got whole, the most frequent first. */
export function timesSeen(phones: readonly Pick<PhoneDiagnosis, 'rounds'>[]): readonly TimesSeen[] {
  const seen = new Map<string, { took: number[]; back: number[]; times: number }>();
  for (const { rounds } of phones) {
    rounds.forEach((round, i) => {
      const image = round.steps.findLast(({ asked, end }) => asked.kind === 'image' && end?.outcome === 'sent');
      const next = rounds[i + 1];
      if (image === undefined || next === undefined || round.times > 1) return;
      const own = seen.get(image.asked.name) ?? { took: [], back: [], times: 0 };
      seen.set(image.asked.name, own);
      own.times++;
      const [from, end, back] = [image.last.time, image.end?.at.time ?? null, next.from.time];
      if (from !== null && end !== null) own.took.push(end - from);
      if (end !== null && back !== null && back >= end && back - end <= MOST_AWAY_MS) own.back.push(back - end);
    });
  }
  return [...seen]
    .map(([file, { took, back, times }]) => ({ file, times, tookMs: median(took), backMs: median(back) }))
    .sort((a, b) => b.times - a.times || a.file.localeCompare(b.file, 'en'));
}

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
}
