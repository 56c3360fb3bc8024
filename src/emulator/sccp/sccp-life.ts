import { createConnection } from 'node:net';
import type { ApplicationDesk, StartReason } from '../application-life.ts';
import { elementText } from '../config-text.ts';
import { javaLoad } from '../java-load.ts';
import { legacyLoad } from '../legacy-load.ts';
import { MODEL_PROFILES } from '../phone-models.ts';
import type { PowerSession } from '../power-session.ts';
import { ANSWERS, alarmMessage, keepAliveMessage, readAnswers, registerMessage, resetKind } from './messages.ts';

/** All of these are invented: how soon a phone tries again is in no source. */
const AGAIN_SECONDS = 60;
const ANSWER_SECONDS = 30;
const ALIVE_SECONDS = 30;
const SCCP_PORT = 2000;
const [REGISTER_ACK, REGISTER_REJECT, RESET] = [0x81, 0x9d, 0x9f];

interface Manager {
  readonly host: string;
  readonly port: number;
}

/** An application on its way to its call manager, as long as it runs and that is its call manager. */
interface Run {
  readonly session: PowerSession;
  readonly load: string;
  readonly manager: Manager;
  readonly reason: StartReason;
  /** Ends what is open; null where nothing is. */
  close: (() => void) | null;
  isOver: boolean;
}

/** A phone whose SCCP load runs: it goes to its call manager, says what it runs, tries again for ever where it is refused, and obeys a Reset. */
export class SccpLife {
  readonly #desk: ApplicationDesk;
  #run: Run | null = null;

  constructor(desk: ApplicationDesk) {
    this.#desk = desk;
  }

  /** Goes to its call manager, where it has one, and leaves the one that a default named for it. */
  begin(session: PowerSession, load: string | null): void {
    const read = load === null ? null : (legacyLoad(load) ?? javaLoad(load));
    const manager = this.#manager();
    if (load === null || read?.protocol !== 'SCCP' || manager === null) return;
    const before = this.#run?.session === session ? this.#run : null;
    if (before?.manager.host === manager.host && before.manager.port === manager.port) return;
    if (before !== null) before.isOver = true;
    before?.close?.();
    this.#run = {
      session,
      load,
      manager,
      reason: before?.reason ?? this.#desk.takeReason(),
      close: null,
      isOver: false,
    };
    this.#connect(this.#run);
  }

  get #ownFile(): string {
    return `SEP${this.#desk.options.mac}.cnf.xml`;
  }

  #text(file: string): string | undefined {
    return [...this.#desk.files].find(([name]) => name.endsWith(file))?.[1];
  }

  /** Of its own file, else of the default; without one a phone is said to try its TFTP server (no source: a knob). */
  #manager(): Manager | null {
    const { options, knobs } = this.#desk;
    const text = this.#text(this.#ownFile) ?? this.#text('XMLDefault.cnf.xml') ?? '';
    const host = elementText(text, 'processNodeName');
    const port = Number(elementText(text, 'ethernetPhonePort') ?? SCCP_PORT);
    if (host !== null && host !== '') return { host, port };
    return knobs.sccpTriesTftpServer ? { host: options.server.host, port: SCCP_PORT } : null;
  }

  #connect(run: Run): void {
    const { session, load, manager, reason } = run;
    const { options, tell, screen, ms } = this.#desk;
    const address = options.address ?? '127.0.0.1';
    const socket = createConnection({ ...manager, localAddress: address });
    const ended = session.onEnd(() => socket.destroy());
    run.close = () => socket.destroy();
    let late = session.after(ms(ANSWER_SECONDS), () => socket.destroy());
    let isRegistered = false;
    const who = { model: options.model, mac: options.mac, load, address };
    const say = (what: string, bytes: Buffer) => {
      tell({ event: 'sccp.sent', what, to: `${manager.host}:${manager.port}` });
      socket.write(bytes);
    };
    const lives = () => {
      late = session.after(ms(ALIVE_SECONDS), () => {
        say('KeepAlive', keepAliveMessage());
        late = session.after(ms(ANSWER_SECONDS), () => socket.destroy());
      });
    };
    socket.on('error', () => {});
    socket.once('connect', () => {
      say('Alarm', alarmMessage(who, reason));
      say('Register', registerMessage(who));
    });
    readAnswers(socket, (id, body) => {
      if (session.endedBy !== null || run.isOver) return;
      late();
      const text =
        id === REGISTER_REJECT
          ? body.toString('latin1').replace(/\0.*$/s, '')
          : id === RESET
            ? (resetKind(body) ?? '')
            : '';
      tell({ event: 'sccp.got', what: ANSWERS[id] ?? `0x${id.toString(16)}`, text });
      if (id === REGISTER_ACK) isRegistered = true;
      if (id === REGISTER_REJECT) {
        screen('Registration Rejected');
        socket.destroy();
      } else {
        lives();
        // That a phone which is not registered obeys nobody is the careful reading.
        if (id === RESET && isRegistered) this.#obey(session, resetKind(body));
      }
    });
    socket.once('close', () => {
      late();
      ended();
      if (!run.isOver) session.after(ms(AGAIN_SECONDS), () => run.isOver || this.#connect(run));
    });
  }

  #obey(session: PowerSession, kind: ReturnType<typeof resetKind>): void {
    if (kind === 'reset' || kind === 'restart') this.#desk.beginsAnew(session, 'sccp-reset', kind);
    if (kind === 'apply') void this.#apply(session).catch(() => {});
  }

  /** What `apply` does is in no source. Invented: a Java phone looks at its file again, and one that knows nothing of it does nothing. */
  async #apply(session: PowerSession): Promise<void> {
    if (MODEL_PROFILES[this.#desk.options.model].family === '79x0') return;
    const answer = await this.#desk.ask(session, this.#ownFile);
    const isOther = answer.kind === 'file' && answer.bytes.toString('latin1') !== this.#text(this.#ownFile);
    if (isOther) this.#desk.beginsAnew(session, 'sccp-reset', 'restart');
  }
}
