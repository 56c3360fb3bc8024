import { BoundedMap } from '../../core/bounded-map.ts';
import type { Heard } from '../../core/heard/heard.ts';
import type { WallMs } from '../../core/moment.ts';
import type { Log } from '../../ports/log.ts';
import { CaptureTail } from '../heard/capture-tail.ts';
import type { SentEar, SentFile } from './folder-wishes.ts';

/** Between two looks at what tcpdump has recorded (invented). */
const LOOK_MS = 20;

/** Questions at a time of which it is remembered when they were put (invented). */
const MOST_QUESTIONS = 4_096;

/** Hears on the wire which files were sent to their last acknowledgement, by tcpdump. */
export class WireEar implements SentEar {
  readonly #log: Log;
  readonly #sent: (what: SentFile) => void;
  readonly #tail: CaptureTail;
  readonly #askedAt = new BoundedMap<string, WallMs>(MOST_QUESTIONS);
  #timer: NodeJS.Timeout | null = null;

  constructor(log: Log, sent: (what: SentFile) => void) {
    this.#log = log;
    this.#sent = sent;
    this.#tail = new CaptureTail('any', Date.now(), (heard) => this.#hear(heard));
  }

  /** Rejects with AppError `E_LOG_UNREADABLE` where nothing can be recorded. */
  async start(): Promise<void> {
    await this.#tail.open();
    this.#look();
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#tail.close();
  }

  #look(): void {
    this.#tail.look().then(
      () => {
        this.#timer = setTimeout(() => this.#look(), LOOK_MS);
      },
      // Without it no file counts as sent, and no phone lands.
      (error: Error) => this.#log.error({ event: 'folder.deaf', reason: error.message }),
    );
  }

  #hear(heard: Heard): void {
    const { address, port } = heard.peer;
    if (address === null) return;
    const place = `${address} ${port}`;
    if (heard.kind === 'tftp.asked' && heard.time !== null) this.#askedAt.set(place, heard.time);
    if (heard.kind !== 'tftp.ended' || heard.outcome !== 'sent' || heard.asked === null) return;
    const askedAt = this.#askedAt.get(place);
    if (askedAt !== undefined) this.#sent({ address, name: heard.asked, bytes: heard.bytes ?? 0, askedAt });
  }
}
