/** The load generator for machines without a C compiler: the same arguments and report as loadgen.c. */
import { createSocket, type RemoteInfo, type Socket, type SocketOptions } from 'node:dgram';

const [host = '', portText = '', clientsText = '', base = '', waitText = '', ...names] = process.argv.slice(2);
const port = Number(portText);
const waitMs = Number(waitText);
const MAX_TRIES = 8;
const lookup: NonNullable<SocketOptions['lookup']> = (name, _options, done) => done(null, name, 4);
const figures = {
  requests: 0,
  files: 0,
  missing: 0,
  refused: 0,
  failed: 0,
  blocks: 0,
  bytes: 0,
  retransmissions: 0,
  duplicates: 0,
};
const firsts: number[] = [];

function addressOf(index: number): string {
  const number = base.split('.').reduce((sum, part) => sum * 256 + Number(part), 0) + index;
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');
}

function runClient(index: number): Promise<void> {
  return new Promise((resolve) => {
    let socket: Socket | null = null;
    let position = 0;
    let last: Uint8Array = new Uint8Array();
    let peerPort = 0;
    let expected = 1;
    let tries = 0;
    let askedAt = 0;
    let deadline = 0;

    const transmit = () => {
      deadline = performance.now() + waitMs;
      socket?.send(last, peerPort === 0 ? port : peerPort, host);
    };
    const ask = () => {
      socket?.close();
      socket = null;
      const pattern = names[position];
      if (pattern === undefined) {
        clearInterval(timer);
        resolve();
        return;
      }
      position += 1;
      const name = pattern.replace('{mac}', `0018B9${(index + 1).toString(16).toUpperCase().padStart(6, '0')}`);
      last = Buffer.from(`\0\x01${name}\0octet\0`);
      peerPort = 0;
      expected = 1;
      tries = 0;
      askedAt = performance.now();
      figures.requests += 1;
      const opened = createSocket({ type: 'udp4', lookup });
      socket = opened;
      opened.on('message', take);
      opened.on('error', () => {});
      opened.bind(0, addressOf(index), transmit);
    };
    const take = (bytes: Buffer, from: RemoteInfo) => {
      if (bytes.length < 4 || from.address !== host || (peerPort !== 0 && from.port !== peerPort)) return;
      const word = bytes.readUInt16BE(2);
      if (peerPort === 0) firsts.push(performance.now() - askedAt);
      if (bytes[1] === 5) {
        figures[word === 1 ? 'missing' : 'refused'] += 1;
        ask();
      } else if (bytes[1] === 3) {
        peerPort = from.port;
        if (word !== (expected & 0xffff)) {
          figures.duplicates += 1;
          if (word === ((expected - 1) & 0xffff) && expected > 1) transmit();
          return;
        }
        figures.blocks += 1;
        figures.bytes += bytes.length - 4;
        tries = 0;
        expected += 1;
        last = Uint8Array.of(0, 4, word >> 8, word & 255);
        transmit();
        if (bytes.length < 516) {
          figures.files += 1;
          ask();
        }
      }
    };
    const timer = setInterval(() => {
      if (performance.now() < deadline) return;
      tries += 1;
      if (tries > MAX_TRIES) {
        figures.failed += 1;
        ask();
      } else {
        figures.retransmissions += 1;
        transmit();
      }
    }, 50);
    ask();
  });
}

const started = performance.now();
await Promise.all(Array.from({ length: Number(clientsText) }, (_, index) => runClient(index)));
const seconds = (performance.now() - started) / 1000;
firsts.sort((a, b) => a - b);
const quantile = (share: number) => firsts[Math.floor((firsts.length - 1) * share)] ?? 0;
const { user, system } = process.cpuUsage();
const processor = (user + system) / 1e6;
const quantiles = { firstP50: quantile(0.5), firstP99: quantile(0.99), firstMax: quantile(1) };
process.stdout.write(`${JSON.stringify({ seconds, processor, ...figures, ...quantiles })}\n`);
