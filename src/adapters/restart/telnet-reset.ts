import { createConnection, type Socket } from 'node:net';
import type { Clock } from '../../ports/clock.ts';
import { BROKEN_OFF, type RestartSent } from '../../ports/restarts.ts';

/** From the first packet to the last (invented). */
const WITHIN_MS = 20_000;
/** A prompt and what stands before it have less (invented). */
const MOST_BYTES = 8192;
/** RFC 854: what begins a command, and those that ask for an option. */
const [IAC, SB, SE, WILL, WONT, DO, DONT] = [255, 250, 240, 251, 252, 253, 254];

export interface TelnetPlace {
  readonly address: string;
  readonly port: number;
  readonly password: string;
}

/** Types `reset` at the telnet of a 7940 or 7960 (after-landing 1.6). Never rejects; the password is in nothing that it says. */
export function telnetReset(
  { address, port, password }: TelnetPlace,
  clock: Clock,
  signal: AbortSignal,
): Promise<RestartSent> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: address, port });
    const talk = new Talk(password);
    let isOver = false;
    const broken = () => end(talk.hasTyped, talk.hasTyped ? '"reset" was typed' : BROKEN_OFF);
    const end = (isTaken: boolean, text: string) => {
      if (isOver) return;
      isOver = true;
      cancel();
      signal.removeEventListener('abort', broken);
      socket.destroy();
      resolve({ isTaken, text });
    };
    const cancel = clock.wakeAt(clock.now() + WITHIN_MS, () => {
      if (talk.hasTyped) end(true, '"reset" was typed');
      else end(false, `it did not ask for a password, or gave no prompt, within ${WITHIN_MS / 1000} s`);
    });
    signal.addEventListener('abort', broken);
    socket.on('error', (error) => {
      // A phone that resets does not say good-bye.
      if (talk.hasTyped) end(true, '"reset" was typed');
      else end(false, `port ${port}: ${'code' in error ? String(error.code) : error.message}`);
    });
    socket.on('close', () => {
      if (talk.hasTyped) end(true, '"reset" was typed, and the connection ended');
      else end(false, 'it ended the connection');
    });
    socket.on('data', (bytes: Buffer) => {
      const said = talk.hear(bytes);
      if (said === 'refused') end(false, 'it does not take the password');
      else if (said === 'too much') end(false, 'it says more than a phone does');
      else write(socket, said);
    });
  });
}

function write(socket: Socket, bytes: Uint8Array): void {
  if (bytes.length > 0 && socket.writable) socket.write(bytes);
}

/** What is said on one connection. What it asks and prompts is not known to the letter: the word "password", and a last line that is not ended. */
class Talk {
  readonly #password: string;
  #kept: number[] = [];
  #text = '';
  #bytes = 0;
  #step: 'greeted' | 'password given' | 'typed' = 'greeted';

  constructor(password: string) {
    this.#password = password;
  }

  get hasTyped(): boolean {
    return this.#step === 'typed';
  }

  hear(bytes: Uint8Array): Uint8Array | 'refused' | 'too much' {
    this.#bytes += bytes.length;
    if (this.#bytes > MOST_BYTES) return 'too much';
    const refusals = this.#read(bytes);
    const last = this.#text.slice(this.#text.lastIndexOf('\n') + 1).trim();
    const isAsked = /password/i.test(last);
    if (this.#step === 'greeted' && isAsked) {
      this.#step = 'password given';
      return this.#type(refusals, this.#password);
    }
    if (this.#step !== 'password given' || last === '') return Uint8Array.from(refusals);
    if (isAsked) return 'refused';
    this.#step = 'typed';
    return this.#type(refusals, 'reset');
  }

  #type(before: readonly number[], line: string): Uint8Array {
    this.#text = '';
    return Uint8Array.from([...before, ...Buffer.from(`${line}\r\n`, 'latin1')]);
  }

  /** Takes the commands out of the text; every option that it asks for is refused. */
  #read(bytes: Uint8Array): number[] {
    const all = [...this.#kept, ...bytes];
    const refusals: number[] = [];
    let at = 0;
    while (at < all.length) {
      const byte = all[at] ?? 0;
      if (byte !== IAC) {
        if (byte !== 0) this.#text += String.fromCharCode(byte);
        at++;
        continue;
      }
      const command = all[at + 1];
      if (command === undefined) break;
      if (command === SB) {
        const end = all.findIndex((one, n) => n > at && one === IAC && all[n + 1] === SE);
        if (end < 0) break;
        at = end + 2;
        continue;
      }
      const option = all[at + 2];
      const isNegotiation = command === WILL || command === WONT || command === DO || command === DONT;
      if (isNegotiation && option === undefined) break;
      if (command === DO) refusals.push(IAC, WONT, option ?? 0);
      if (command === WILL) refusals.push(IAC, DONT, option ?? 0);
      at += isNegotiation ? 3 : 2;
    }
    this.#kept = all.slice(at);
    return refusals;
  }
}
