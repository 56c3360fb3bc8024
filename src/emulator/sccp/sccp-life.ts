import { createConnection } from 'node:net';
import type { ApplicationDesk } from '../application-life.ts';
import { elementText } from '../config-text.ts';
import { javaLoad } from '../java-load.ts';
import { legacyLoad } from '../legacy-load.ts';
import type { PowerSession } from '../power-session.ts';
import { ANSWERS, alarmMessage, keepAliveMessage, readAnswers, registerMessage } from './messages.ts';

/** All of these are invented: how soon a phone tries again is in no source. */
const AGAIN_SECONDS = 60;
const ANSWER_SECONDS = 30;
const ALIVE_SECONDS = 30;
const SCCP_PORT = 2000;

/** A phone whose SCCP load runs: it goes to its call manager, says what it runs, and tries again for ever where it is refused. */
export class SccpLife {
  readonly #desk: ApplicationDesk;

  constructor(desk: ApplicationDesk) {
    this.#desk = desk;
  }

  /** Goes to its call manager, where it has one. */
  begin(session: PowerSession, load: string | null): void {
    const { options } = this.#desk;
    const read = load === null ? null : (legacyLoad(load) ?? javaLoad(load));
    const manager = this.#manager();
    if (load === null || read?.protocol !== 'SCCP' || manager === null) return;
    this.#connect(session, load, manager, options.address ?? '127.0.0.1');
  }

  /** Of its own file, else of the default; without one a phone is said to try its TFTP server (no source: a knob). */
  #manager(): { readonly host: string; readonly port: number } | null {
    const { options, knobs, files } = this.#desk;
    const own = [...files].find(([name]) => name.endsWith(`SEP${options.mac}.cnf.xml`))?.[1];
    const text = own ?? [...files].find(([name]) => name.endsWith('XMLDefault.cnf.xml'))?.[1] ?? '';
    const host = elementText(text, 'processNodeName');
    const port = Number(elementText(text, 'ethernetPhonePort') ?? SCCP_PORT);
    if (host !== null && host !== '') return { host, port };
    return knobs.sccpTriesTftpServer ? { host: options.server.host, port: SCCP_PORT } : null;
  }

  #connect(
    session: PowerSession,
    load: string,
    { host, port }: { readonly host: string; readonly port: number },
    address: string,
  ): void {
    const { options, tell, screen, ms } = this.#desk;
    const socket = createConnection({ host, port, localAddress: address });
    const ended = session.onEnd(() => socket.destroy());
    let late = session.after(ms(ANSWER_SECONDS), () => socket.destroy());
    const who = { model: options.model, mac: options.mac, load, address };
    const say = (what: string, bytes: Buffer) => {
      tell({ event: 'sccp.sent', what, to: `${host}:${port}` });
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
      say('Alarm', alarmMessage(who));
      say('Register', registerMessage(who));
    });
    readAnswers(socket, (id, text) => {
      late();
      tell({ event: 'sccp.got', what: ANSWERS[id] ?? `0x${id.toString(16)}`, text });
      if (id === 0x9d) {
        screen('Registration Rejected');
        socket.destroy();
      } else lives();
    });
    socket.once('close', () => {
      late();
      ended();
      session.after(ms(AGAIN_SECONDS), () => this.#connect(session, load, { host, port }, address));
    });
  }
}
