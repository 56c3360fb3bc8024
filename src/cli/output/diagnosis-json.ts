import type { SourceCount } from '../../adapters/heard/hear-sources.ts';
import { adviceElsewhere } from '../../core/diagnose/advice-elsewhere.ts';
import type { AskedStep, Round } from '../../core/diagnose/phone-log.ts';
import { entryOf } from '../../core/explain/catalogue.ts';
import type { HeardAt } from '../../core/heard/heard.ts';
import type { FamilyId } from '../../core/names/family.ts';
import { planJson } from '../../core/plan/describe-plan.ts';
import { bundleJson } from './bundle-text.ts';
import type { ToldPhone } from './diagnosis-text.ts';

/** What was read, as the first line of JSON; phones have lines of their own. */
export function sourcesLine(
  sources: readonly SourceCount[],
  phones: number,
  nobodys: number,
  dropped: number,
  others: number,
): string {
  const told = sources.map(
    ({ source, lines, known, unread, unreadLines, clock, cutOff, clockStand, capture, bundle }) => ({
      source,
      lines,
      known: Object.fromEntries(known),
      unreadLines,
      unread,
      clock,
      cutOff,
      clockStand,
      capture,
      ...(bundle === null ? {} : { bundle: bundleJson(bundle) }),
    }),
  );
  return `${JSON.stringify({ diagnosis: 'sources', sources: told, phones, requestsOfNobody: nobodys, phonesNotKept: dropped, otherDevices: others })}\n`;
}

/** One phone as one line of JSON. */
export function diagnosisLine(phone: ToldPhone): string {
  const { mac, addresses, model, family, software, runs, requests, standing } = phone;
  return `${JSON.stringify({
    diagnosis: 'phone',
    mac,
    addresses,
    model,
    family,
    standing,
    runs,
    software,
    proofs: phone.proofs.map(({ finding, reason, at }) => ({ finding, reason, ...placeJson(at) })),
    likely: phone.likely === null ? null : { load: phone.likely.load, ...placeJson(phone.likely.at) },
    told: phone.told.map((told) => ({ load: told.load, by: told.by, words: told.words, ...placeJson(told) })),
    requests,
    rounds: phone.rounds.map(roundJson),
    roundsNotKept: phone.dropped,
    faults: phone.faults.map(({ at, ...fault }) => ({
      ...fault,
      ...adviceJson(fault.code, phone.family),
      ...placeJson(at),
    })),
    ...(phone.road === null ? {} : { road: planJson(phone.road, runs) }),
  })}\n`;
}

function adviceJson(code: string, family: FamilyId | null): Readonly<Record<string, unknown>> {
  const entry = entryOf(code);
  return entry === null ? {} : { title: entry.title, cause: entry.cause, advice: adviceElsewhere(entry, family) };
}

function roundJson({ steps, from, until, lastFrom, times, address }: Round): Readonly<Record<string, unknown>> {
  return {
    ...placeJson(from),
    address,
    times,
    ...(times === 1 ? {} : { last: placeJson(lastFrom) }),
    tookMs: from.time === null || until.time === null || times > 1 ? null : until.time - from.time,
    asked: steps.map(stepJson),
  };
}

function stepJson({
  asked,
  first,
  last,
  times,
  ends,
  end,
  bytes,
  resent,
}: AskedStep): Readonly<Record<string, unknown>> {
  const endedAt = end?.at.time ?? null;
  return {
    name: asked.raw,
    kind: asked.kind,
    ...placeJson(first),
    times,
    outcome: end?.outcome ?? null,
    words: end?.words ?? null,
    ends,
    bytes,
    resent,
    tookMs: endedAt === null || last.time === null ? null : endedAt - last.time,
  };
}

function placeJson({ source, line, time }: HeardAt): Readonly<Record<string, unknown>> {
  return { source, line, at: time === null ? null : new Date(time).toISOString() };
}
