import { BoundedMap } from '../../core/bounded-map.ts';
import type { AskedStep } from '../../core/diagnose/phone-log.ts';
import { type DiagnosisWords, endText, placeText, STANDING_WORDS, type ToldPhone, wallText } from './diagnosis-text.ts';
import { printable } from './printable.ts';

/** What was told of a phone. */
interface Known {
  readonly requests: number;
  readonly ends: number;
  readonly told: number;
  readonly runs: string;
  readonly standing: string;
  readonly codes: ReadonlySet<string>;
  /** Names of its last rounds with their ends. */
  readonly steps: ReadonlySet<string>;
}

/** Phones of which is remembered what was told (as many as a bench keeps, about). */
const MOST_PHONES = 20_000;
const LAST_ROUNDS = 4;

/** Tells of each phone what is new since it was told of last. */
export class NewsTeller {
  readonly #known = new BoundedMap<string, Known>(MOST_PHONES);

  /** Phones of which there is something new. */
  changed(phones: readonly ToldPhone[]): readonly ToldPhone[] {
    return phones.filter((phone) => {
      const known = this.#known.get(keyOf(phone));
      return known === undefined || JSON.stringify(countsOf(known)) !== JSON.stringify(countsOf(knownOf(phone)));
    });
  }

  note(phone: ToldPhone): void {
    this.#known.set(keyOf(phone), knownOf(phone));
  }

  /** The news in lines: what it asked and how that ended, what it runs, what is wrong. */
  tell(phone: ToldPhone, words: DiagnosisWords): string {
    const before = this.#known.get(keyOf(phone));
    const own = stepsOf(phone);
    // What an address asked before it named its phone was told of the address.
    const from =
      before !== undefined || phone.mac === null ? [] : phone.addresses.filter((one) => this.#hasTold(one, own));
    const told = [...(before?.steps ?? []), ...from.flatMap((one) => [...(this.#known.get(`@${one}`)?.steps ?? [])])];
    this.note(phone);
    const who = phone.mac ?? phone.addresses[0] ?? 'not known';
    const steps = own.filter(({ key }) => !told.includes(key));
    const lines = steps.map(({ step }) => {
      const at = step.end?.at ?? step.last;
      return `${at.time === null ? placeText(at, words) : wallText(at.time, words)}  ${who}  ${step.asked.raw} ${endText(step) || 'asked'}`;
    });
    const news = [
      ...(from.length === 0 ? [] : [`it is the phone at ${from.join(', ')}`]),
      ...(before !== undefined && before.runs === phone.runs ? [] : [`runs ${phone.runs}`]),
      ...phone.faults
        .filter(({ code, isPast }) => !isPast && before?.codes.has(code) !== true)
        .map(({ code, about, at }) => `${code}, ${placeText(at, words)}: ${about}; see: loadstep explain ${code}`),
      ...(before === undefined || before.standing === phone.standing ? [] : [STANDING_WORDS[phone.standing]]),
    ];
    return [...lines, ...news.map((text) => `  ${who}: ${text}`)].map((line) => `${printable(line)}\n`).join('');
  }

  /** Whether any of these was told of an address, before its phone was known. */
  #hasTold(address: string, steps: ReturnType<typeof stepsOf>): boolean {
    const known = this.#known.get(`@${address}`);
    return known !== undefined && steps.some(({ key }) => known.steps.has(key));
  }
}

function keyOf({ mac, addresses }: ToldPhone): string {
  return mac ?? `@${addresses[0] ?? ''}`;
}

/** Names of its last rounds; several may have begun since it was looked at. */
function stepsOf({ rounds }: ToldPhone): readonly { readonly step: AskedStep; readonly key: string }[] {
  // By its own place: a round may be put in another order, as where a server logs a name behind the one that was asked after it.
  return rounds.slice(-LAST_ROUNDS).flatMap(({ steps }) =>
    steps.map((step) => ({
      step,
      key: `${step.first.source}:${step.first.line}:${step.asked.name}:${step.times}:${step.end?.outcome ?? ''}`,
    })),
  );
}

function knownOf(phone: ToldPhone): Known {
  const ends = phone.rounds.reduce((sum, { steps }) => sum + steps.filter(({ end }) => end !== null).length, 0);
  return {
    requests: phone.requests,
    ends,
    told: phone.told.length,
    runs: phone.runs,
    standing: phone.standing,
    codes: new Set(phone.faults.filter(({ isPast }) => !isPast).map(({ code }) => code)),
    steps: new Set(stepsOf(phone).map(({ key }) => key)),
  };
}

function countsOf({ requests, ends, told, runs, standing, codes }: Known): readonly unknown[] {
  return [requests, ends, told, runs, standing, [...codes]];
}
