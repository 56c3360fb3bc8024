import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { macOf } from '../conversion.ts';

/** The pages of all phones, each at the phone's own address; they name a load that is not the target of any, so that they are asked again after the next start. */
export class Pages {
  readonly #server: Server;
  asked = 0;

  constructor() {
    this.#server = createServer((request, answer) => {
      this.asked++;
      const [, , high = 0, low = 0] = (request.socket.localAddress ?? '').split('.').map(Number);
      const mac = macOf(high * 256 + low - 1);
      answer.writeHead(200, { 'content-type': 'text/xml' });
      answer.end(
        `<?xml version="1.0" encoding="iso-8859-1"?>\n<DeviceInformation>\n<MACAddress>${mac}</MACAddress>\n<HostName>SEP${mac}</HostName>\n<appLoadID>jar42sip.9-2-1TH1-13.sbn</appLoadID>\n<versionID>*SIP42.9-2-1S*</versionID>\n<modelNumber>CP-7942G</modelNumber>\n${'<note>as long as pages are</note>\n'.repeat(50)}</DeviceInformation>`,
      );
    });
  }

  async open(port: number): Promise<void> {
    this.#server.listen(port, '0.0.0.0');
    await once(this.#server, 'listening');
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
