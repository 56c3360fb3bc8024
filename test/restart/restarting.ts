import { createRestartControl, type RestartControl } from '../../src/app/restart/restart-control.ts';
import type { PowerRung } from '../../src/app/restart/restart-fleet.ts';
import type { HistoryEvent } from '../../src/core/history/event.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import type { SentRung } from '../../src/core/restart/ladder.ts';
import type {
  RestartAnswer,
  RestartSender,
  RestartSent,
  RestartShelf,
  RestartTarget,
  RestartWish,
} from '../../src/ports/restarts.ts';
import { type Bench, settled } from '../support/bench.ts';

/** Wishes in memory. */
class Wishes implements RestartShelf {
  readonly wishes: RestartWish[] = [];
  readonly answers = new Map<number, RestartAnswer>();

  wishRestart(wish: Omit<RestartWish, 'number'>): number {
    const number = this.wishes.length + 1;
    this.wishes.push({ ...wish, number });
    return number;
  }

  restartWishes(): readonly RestartWish[] {
    return this.wishes.filter(({ number }) => !this.answers.has(number));
  }

  keepRestart({ number }: Pick<RestartWish, 'number'>, until: number): void {
    const at = this.wishes.findIndex((one) => one.number === number);
    const wish = this.wishes[at];
    if (wish !== undefined && !this.answers.has(number)) this.wishes[at] = { ...wish, until };
  }

  restartUntil({ mac, number }: Pick<RestartWish, 'mac' | 'number'>): number | null {
    const newest = this.wishes.findLast((one) => one.mac === mac);
    return newest?.number === number && !this.answers.has(number) ? newest.until : null;
  }

  answerRestart({ number }: Pick<RestartWish, 'number'>, answer: RestartAnswer): void {
    this.answers.set(number, answer);
  }

  restartAnswer({ number }: Pick<RestartWish, 'number'>): RestartAnswer | null {
    return this.answers.get(number) ?? null;
  }
}

/** A sender that notes what it is told, and says what the test says. */
class FakeSender implements RestartSender {
  /** What it lacks for each way; all it needs where one is missing. */
  readonly lacking = new Map<SentRung, string>([
    ['check-sync', 'not registered'],
    ['service-control', 'not registered'],
    ['sccp-reset', 'not registered'],
    ['telnet', 'no password'],
  ]);
  readonly sent: string[] = [];
  /** How often the sending was ended before the phone had answered. */
  brokenOff = 0;
  /** How the phone takes it; null: it never answers. */
  answers: (rung: SentRung, target: RestartTarget) => RestartSent | null | Promise<RestartSent | null> = () => ({
    isTaken: true,
    text: 'it answered 200 OK',
  });

  lacks(rung: SentRung): string | null {
    return this.lacking.get(rung) ?? null;
  }

  async send(rung: SentRung, target: RestartTarget, signal: AbortSignal): Promise<RestartSent> {
    this.sent.push(`${rung} ${target.address}`);
    const answer = await this.answers(rung, target);
    if (answer !== null) return answer;
    return new Promise((resolve) =>
      signal.addEventListener('abort', () => {
        this.brokenOff++;
        resolve({ isTaken: false, mayObey: true, text: 'broken off' });
      }),
    );
  }
}

/** A bench with a restart control beside its fleet. */
export class Restarting {
  readonly bench: Bench;
  readonly wishes = new Wishes();
  readonly sender = new FakeSender();
  power: PowerRung | null = null;
  control: RestartControl;

  constructor(bench: Bench, isByItself = false, change: { readonly fleet?: Bench['fleet'] } = {}) {
    this.bench = bench;
    const { store, clock, log } = bench;
    this.control = createRestartControl({
      fleet: change.fleet ?? bench.fleet,
      sender: this.sender,
      power: {
        lacks: (mac) => (this.power === null ? 'nothing switches its power' : this.power.lacks(mac)),
        cycle: async (mac) => this.power?.cycle(mac) ?? { isDone: false, text: 'nothing' },
      },
      shelf: this.wishes,
      isByItself,
      clock,
      log,
      historyOf: (mac) => store.history({ mac }),
    });
    bench.fleet.onEvent((event) => {
      if ('mac' in event && event.mac !== undefined && event.event !== 'file.progress') this.control.note(event);
    });
    this.control.start();
  }

  wish(mac: MacAddress, change: Partial<RestartWish> = {}): number {
    const until = this.bench.clock.wall() + 30 * 60_000;
    return this.wishes.wishRestart({ mac, by: null, isDryRun: false, until, ...change });
  }

  /** Time goes by, and everything that is due in between comes. */
  async pass(seconds: number): Promise<void> {
    for (let n = 0; n < seconds * 2; n++) {
      this.bench.clock.advance(500);
      await settled();
    }
  }

  answer(number: number): RestartAnswer | null {
    return this.wishes.restartAnswer({ number });
  }

  /** Rows about restarts: code or finding, and what is said. */
  rows(mac: MacAddress): readonly string[] {
    return [...this.bench.store.history({ mac })]
      .filter((row: HistoryEvent) => row.event === 'phone.decision')
      .map(({ code, finding, reason }) => `${code ?? finding ?? '-'} ${reason}`)
      .filter((text) => /restart/i.test(text));
  }
}
