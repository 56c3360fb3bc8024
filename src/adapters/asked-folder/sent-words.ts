import type { Clock } from '../../ports/clock.ts';
import type { GivenFile } from './given-file.ts';
import type { GivenQuestion } from './given-question.ts';

/** So long the word about a file that was closed may be on its way, behind other words (invented). */
const LATE_MS = 60_000;
/** Files at a time (invented). */
const MOST = 1_024;

interface Closed {
  readonly key: string;
  readonly question: GivenQuestion;
  readonly file: GivenFile;
  readonly isDoubtful: boolean;
  readonly at: number;
}

/**
 * Which of the files that dnsmasq has closed were sent, by what it tells its script. It tells the name alone, and calls a file sent as well when it
 * gave up waiting for the last acknowledgement. So what it says counts for a file of which that cannot be, and only when no other one of
 * that name may be meant.
 */
export class SentWords {
  readonly #clock: Clock;
  #closed: Closed[] = [];
  #hasHeard = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A file that was found at `key` was closed. */
  closed(key: string, question: GivenQuestion, file: GivenFile, isDoubtful: boolean): void {
    // Nothing is said of what was begun and not sent to the end.
    if (!file.isWhole && file.wasRead) {
      file.end();
      return;
    }
    const at = this.#clock.now();
    this.#closed = this.#closed.filter((one) => at - one.at < LATE_MS).slice(1 - MOST);
    this.#closed.push({ key, question, file, isDoubtful, at });
    // Without the script nobody will ever say more.
    if (file.isWhole && !this.#hasHeard) question.doubt();
  }

  /** `tftp 24000 192.168.1.50 /srv/tftp/00-18-b9-c0-ff-ee/P0S3-05-3-00.bin`, as dnsmasq gives it to `dhcp-script` (dnsmasq(8)). */
  hear(line: string): void {
    const [, size = '', path = ''] = /^tftp (\d{1,12}) \S+ (.+)$/.exec(line) ?? [];
    const whole = path.replace(/\/(\.?\/)+/g, '/');
    const meant = this.#closed.filter(({ key }) => whole.endsWith(`/${key}`));
    const one = meant.find(({ isDoubtful }) => isDoubtful) ?? meant[0];
    if (one === undefined) return;
    this.#hasHeard = true;
    this.#closed = this.#closed.filter((other) => other !== one);
    for (const { question, file } of meant) if (file.isWhole) question.doubt();
    if (!one.isDoubtful && !one.file.hasEnded) one.question.sent(Number(size));
    one.file.end();
  }
}
