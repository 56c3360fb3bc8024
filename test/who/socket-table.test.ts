import { spawn } from 'node:child_process';
import { connect, createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { serviceBehind } from '../../src/adapters/who/connection-owner.ts';
import { maybePerson, ownerIn } from '../../src/core/who/socket-table.ts';

// The kernel's own form (Linux 6.1, x64), numbers replaced: a server at 127.0.0.1:6980 (1B44), nginx (user 33) and a browser (user 1000) at it,
// one connection that is closed already, and the server's own ends of them.
const TABLE = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1B44 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1679 1 00000000cb0a23c3 100 0 0 10 0
   1: 0100007F:9C40 0100007F:1B44 01 00000000:00000000 00:00000000 00000000    33        0 4711 1 0000000000000000 20 4 30 10 -1
   2: 0100007F:9C42 0100007F:1B44 01 00000000:00000000 00:00000000 00000000  1000        0 4712 1 0000000000000000 20 4 30 10 -1
   3: 0100007F:1B44 0100007F:9C40 01 00000000:00000000 00:00000000 00000000   998        0 4713 1 0000000000000000 20 4 30 10 -1
   4: 0100007F:9C44 0100007F:1B44 06 00000000:00000000 03:00001234 00000000     0        0 0 3 0000000000000000
`;
const TABLE6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000001000000:A000 00000000000000000000000001000000:1B44 01 00000000:00000000 00:00000000 00000000   101        0 5000 1 0000000000000000 20 4 30 10 -1
   1: 0000000000000000FFFF00000100007F:A002 0000000000000000FFFF00000100007F:1B44 01 00000000:00000000 00:00000000 00000000  1001        0 5001 1 0000000000000000 20 4 30 10 -1
`;

test.each([
  [TABLE, '127.0.0.1', 0x9c40, 33],
  [TABLE, '127.0.0.1', 0x9c42, 1000],
  [TABLE, '::ffff:127.0.0.1', 0x9c42, 1000],
  [TABLE, '127.0.0.1', 0x9c44, null],
  [TABLE, '127.0.0.1', 0x9c45, null],
  [TABLE, '127.0.0.2', 0x9c40, null],
  [TABLE, 'nonsense', 0x9c40, null],
  [TABLE6, '::1', 0xa000, 101],
  [TABLE6, '127.0.0.1', 0xa002, 1001],
  ['', '127.0.0.1', 0x9c40, null],
])(
  'the user at the other end of a connection is read out of the table of the kernel (%#)',
  (table, address, port, uid) => {
    const server = address === '::1' ? '::1' : '127.0.0.1';
    const connection = { own: { address, port }, other: { address: server, port: 6980 } };
    expect(ownerIn(table, connection, true)).toBe(uid);
  },
);

test('on a machine that keeps numbers the other way round the table is read that way', () => {
  const line = '   0: 7F000001:9C40 7F000001:1B44 01 00000000:00000000 00:00000000 00000000    33        0 4711 1';
  const connection = { own: { address: '127.0.0.1', port: 0x9c40 }, other: { address: '127.0.0.1', port: 6980 } };
  expect(ownerIn(`head\n${line}`, connection, false)).toBe(33);
});

test.each([
  [0, true],
  [998, true],
  [1000, true],
  [60_001, true],
  [33, false],
  [999, false],
  [61_184, false],
  [65_534, false],
  [100_101, false],
])('user %i may be a person: %s', (uid, is) => {
  expect(maybePerson(uid, 998)).toBe(is);
});

const isLinux = process.platform === 'linux';
const isRoot = process.getuid?.() === 0;

/** A server that tells, of each connection, what is found at its other end. */
async function telling() {
  const whyNotOwn = serviceBehind();
  const server = createServer((socket) => socket.end(String(whyNotOwn(socket))));
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as { port: number }).port };
}

test.runIf(isLinux)('a connection of this user is nobody else, and one that is gone is nobody at all', async () => {
  const { server, port } = await telling();
  const told = await new Promise<string>((resolve) => {
    connect(port, '127.0.0.1').setEncoding('utf8').once('data', resolve);
  });
  expect(told).toBe('null');
  const gone = new Promise<Socket>((resolve) => server.once('connection', resolve));
  const client = connect(port, '127.0.0.1');
  const socket = await gone;
  const where = { remoteAddress: '127.0.0.1', remotePort: 1, localAddress: '127.0.0.1', localPort: port };
  expect(serviceBehind()(where as Socket)).toBe('a program that is gone');
  client.destroy();
  socket.destroy();
});

test.runIf(isLinux && isRoot)('a connection of a service is known by the user that it runs as', async () => {
  const { port } = await telling();
  const script = `require('net').connect(${port}, '127.0.0.1').pipe(process.stdout)`;
  const askedBy = async (uid: number) => {
    const child = spawn(process.execPath, ['-e', script], {
      uid,
      gid: uid,
      cwd: '/',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    await new Promise((resolve) => child.once('close', resolve));
    return said;
  };
  expect([await askedBy(33), await askedBy(1000)]).toEqual(['user 33, a service', 'null']);
});
