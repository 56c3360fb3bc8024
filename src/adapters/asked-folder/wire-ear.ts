import type { Heard } from '../../core/heard/heard.ts';
import type { Log } from '../../ports/log.ts';
import { CaptureTail } from '../heard/capture-tail.ts';
import type { SentEar } from './folder-server.ts';

/** Between two looks at what tcpdump has recorded (invented). */
const LOOK_MS = 20;

/** Hears on the wire which files were sent to their last acknowledgement, by tcpdump. */
export class WireEar implements SentEar {
  readonly #log: Log;
  readonly #tail: CaptureTail;
  #timer: NodeJS.Timeout | null = null;

  constructor(log: Log, sent: (address: string, name: string, bytes: number) => void) {
    this.#log = log;
    this.#tail = new CaptureTail('any', Date.now(), (heard: Heard) => {
      if (heard.kind !== 'tftp.ended' || heard.outcome !== 'sent' || heard.asked === null) return;
      const { address } = heard.peer;
      if (address !== null) sent(address, heard.asked, heard.bytes ?? 0);
    });
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
}
