import { get } from 'node:http';

const PATH = '/DeviceInformationX';
/** A page of a phone has some 2 kB (witnesses-seen 5); more is none (invented). */
const MOST_BYTES = 65_536;
/** From the first packet to the last byte (invented). */
const WITHIN_MS = 5_000;

/** The page of a phone that says what it runs; null where it gives none. Never rejects. */
export function askPage(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const request = get({ host, port, path: PATH, agent: false, headers: { connection: 'close' } }, (answer) => {
      if (answer.statusCode !== 200) {
        end(null);
        return;
      }
      answer.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes > MOST_BYTES) end(null);
      });
      // ISO 8859-1, as its first line says.
      answer.on('end', () => end(Buffer.concat(chunks).toString('latin1')));
      answer.on('error', () => end(null));
    });
    const timer = setTimeout(() => end(null), WITHIN_MS);
    const end = (text: string | null) => {
      clearTimeout(timer);
      request.destroy();
      resolve(text);
    };
    request.on('error', () => end(null));
    request.on('close', () => end(null));
  });
}
