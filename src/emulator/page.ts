import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { ApplicationDesk } from './application-life.ts';
import { executeAnswer, isAllowed, KeyPad, readExecute } from './cgi-execute.ts';
import { elementText } from './config-text.ts';
import { jarOf } from './firmware/java-package.ts';
import { javaLoad } from './java-load.ts';
import { legacyLoad } from './legacy-load.ts';
import { MODEL_PROFILES } from './phone-models.ts';
import type { Flash } from './phone-options.ts';
import type { PowerSession } from './power-session.ts';

/** Invented: longer orders are none. */
const LONGEST_ORDER = 8192;

/**
 * The page that says what a phone runs, where it has one: a 7940 or 7960 on SIP has none (legacy-79x0 8), and a Java phone whose file says
 * `webAccess` 1 shows none (after-landing 2.4, F33). A Java phone takes keys there, too.
 */
export class DevicePage {
  readonly #desk: ApplicationDesk;
  readonly #keys = new KeyPad();
  #openFor: PowerSession | null = null;

  constructor(desk: ApplicationDesk) {
    this.#desk = desk;
  }

  /** Answers as long as the phone has power. A port that is taken is a phone without a page. */
  begin(session: PowerSession, load: string | null, flash: Flash): void {
    const { pagePort, address = '127.0.0.1' } = this.#desk.options;
    const text = pagePort === undefined || load === null ? null : this.#text(load, flash);
    if (text === null || this.#openFor === session) return;
    this.#openFor = session;
    const server = createServer((request, answer) => {
      if (request.url === '/DeviceInformationX') put(answer, text);
      else if (request.url === '/CGI/Execute' && request.method === 'POST' && flash.kind === 'java') {
        void this.#execute(session, request, answer).catch(() => answer.destroy());
      } else answer.writeHead(404).end();
    });
    server.on('error', () => {});
    server.listen(pagePort, address);
    session.onEnd(() => {
      server.closeAllConnections();
      server.close();
    });
  }

  get #ownFile(): string {
    const { files, options } = this.#desk;
    return [...files].find(([name]) => name.endsWith(`SEP${options.mac}.cnf.xml`))?.[1] ?? '';
  }

  /** Keys that are pressed from afar (java-phones 8). */
  async #execute(session: PowerSession, request: IncomingMessage, answer: ServerResponse): Promise<void> {
    let form = '';
    for await (const part of request.setEncoding('latin1')) {
      form += part;
      if (form.length > LONGEST_ORDER) throw new Error('too long');
    }
    const items = readExecute(form);
    const url = elementText(this.#ownFile, 'authenticationURL') ?? '';
    const isGranted = await isAllowed(url, request.headers.authorization ?? '', this.#desk.options.mac);
    if (!isGranted || items === null) {
      put(answer, executeAnswer(isGranted ? 1 : 4));
      return;
    }
    const isRestart = items.map((item) => this.#keys.press(item)).some((isIt) => isIt);
    put(answer, executeAnswer(items), () => {
      if (isRestart) this.#desk.beginsAnew(session, 'cgi-execute', 'reset');
    });
  }

  /** The elements that were seen (java-phones 6, witnesses-seen 5); how Java phones write versionID is as two sources have it. */
  #text(load: string, flash: Flash): string | null {
    const { mac, model } = this.#desk.options;
    const isLegacy = MODEL_PROFILES[model].family === '79x0';
    if (isLegacy && legacyLoad(load)?.protocol !== 'SCCP') return null;
    if (!isLegacy && elementText(this.#ownFile, 'webAccess') === '1') return null;
    const { family } = MODEL_PROFILES[model];
    const java = javaLoad(load);
    // What came through the boot loader goes by its build.
    const build =
      flash.kind === 'java' ? `jar${family}${(flash.protocol ?? 'SCCP').toLowerCase()}.${flash.build}.sbn` : load;
    const archive = java === null ? build : jarOf(java);
    const fields = {
      MACAddress: mac,
      HostName: `SEP${mac}`,
      phoneDN: '',
      appLoadID: archive,
      bootLoadID: isLegacy ? 'PC03A300' : `tnp${model.slice(2, 4)}.8-3-1-21a.bin`,
      versionID: isLegacy ? '' : `*${load}*`,
      modelNumber: `CP-${model}G`,
    };
    const lines = Object.entries(fields).map(([name, value]) => `<${name}>${value}</${name}>`);
    return [
      '<?xml version="1.0" encoding="iso-8859-1"?>',
      '<DeviceInformation>',
      ...lines,
      '</DeviceInformation>',
    ].join('\n');
  }
}

function put(answer: ServerResponse, text: string, then: () => void = () => {}): void {
  answer.on('finish', then);
  answer.writeHead(200, { 'content-type': 'text/xml' }).end(Buffer.from(text, 'latin1'));
}
