/** The npm package `tftp` as a server, for comparison only: see docs/decisions/0002-own-tftp-server.md. */
import { createRequire } from 'node:module';

const [host = '127.0.0.1', port = '0', root = '.'] = process.argv.slice(2);
const { createServer } = createRequire(import.meta.url)('tftp');
const server = createServer({ host, port: Number(port), root, denyPUT: true });
// Without a listener a missing file ends the process.
server.on('error', () => {});
server.on('request', (request: { on(event: 'error', listener: () => void): void }) => request.on('error', () => {}));
server.listen();
