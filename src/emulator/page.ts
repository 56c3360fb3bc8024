import { createServer, type Server } from 'node:http';
import { jarOf } from './firmware/java-package.ts';
import { javaLoad } from './java-load.ts';
import { legacyLoad } from './legacy-load.ts';
import { MODEL_PROFILES } from './phone-models.ts';
import type { Flash, PhoneOptions } from './phone-options.ts';
import type { PowerSession } from './power-session.ts';

/** The page that says what a phone runs, where it has one; a 7940 or 7960 on SIP has none (legacy-79x0 8). */
export class DevicePage {
  readonly #options: PhoneOptions;
  #server: Server | null = null;

  constructor(options: PhoneOptions) {
    this.#options = options;
  }

  /** Answers as long as the phone has power. A port that is taken is a phone without a page. */
  begin(session: PowerSession, load: string | null, flash: Flash): void {
    const { pagePort, address = '127.0.0.1' } = this.#options;
    const text = pagePort === undefined || load === null ? null : this.#text(load, flash);
    if (text === null || this.#server !== null) return;
    const server = createServer((request, answer) => {
      if (request.url !== '/DeviceInformationX') answer.writeHead(404).end();
      else answer.writeHead(200, { 'content-type': 'text/xml' }).end(Buffer.from(text, 'latin1'));
    });
    this.#server = server;
    server.on('error', () => {});
    server.listen(pagePort, address);
    session.onEnd(() => {
      this.#server = null;
      server.closeAllConnections();
      server.close();
    });
  }

  /** The elements that were seen (java-phones 6, witnesses-seen 5); how Java phones write versionID is as two sources have it. */
  #text(load: string, flash: Flash): string | null {
    const { mac, model } = this.#options;
    const isLegacy = MODEL_PROFILES[model].family === '79x0';
    if (isLegacy && legacyLoad(load)?.protocol !== 'SCCP') return null;
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
