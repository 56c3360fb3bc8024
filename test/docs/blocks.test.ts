import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from 'tar';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeSyntheticFirmware } from '../../src/emulator/firmware/synthetic-firmware.ts';
import { CLI, cleanEnvironment } from '../e2e/child.ts';
import { watched } from '../e2e/watched.ts';
import { freeTcpPort } from '../support/free-port.ts';

// Every block of the pages that holds commands is run here, from the top of its page to the bottom, as somebody would who follows it;
// or `<!-- not run: … -->` above it says why not. Blocks with TypeScript are run by library-examples.test.ts.

const root = join(import.meta.dirname, '..', '..');
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...['docs', 'docs/deploy'].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}/${name}`),
  ),
];

interface Block {
  readonly at: string;
  readonly text: string;
  readonly commands: readonly string[];
  /** Why it is not run; null for one that is. */
  readonly reason: string | null;
}

const COMMAND =
  /^(?:[$#] )?(?:sudo )?(?:loadstep|npm|npx|node|docker|systemctl|journalctl|cp|ip|iptables|setcap|sysctl|scripts\/\S+)(?: |$)|^[A-Z_]+=\S+ np[mx] /;

/** The blocks of a page, with the commands in each: without prompt, `sudo` and remark. */
function blocksOf(page: string): readonly Block[] {
  const text = readFileSync(join(root, page), 'utf8');
  return [...text.matchAll(/(?:<!-- not run: (.+?) -->\n+)?^```\w*\n(.*?)^```/gms)].map((match) => {
    const [, reason, body = ''] = match;
    const lines = body.replaceAll('\\\n', ' ').split('\n');
    const commands = lines.filter((line) => COMMAND.test(line)).map((line) => line.replace(/^[$#] /, ''));
    return {
      at: `${page}:${text.slice(0, match.index).split('\n').length}`,
      text: body,
      commands: commands.map((line) => line.replace(/^sudo /, '').replace(/\s+#.*$/, '')),
      reason: reason ?? null,
    };
  });
}

/** How a command is told to be used, in signs of its own: the flags in it are compared with the program by commands.test.ts. */
function isSynopsis({ at, commands }: Block): boolean {
  return (
    at.startsWith('docs/commands.md:') &&
    commands.some((line) => /[[…]|\b(?:MAC|LOAD|FILE|PATH|NAME|TEXT)\b/.test(line))
  );
}

/** Commands that go on until they are stopped, or wait for a phone. */
const LASTING = /^loadstep (?:serve(?!.*--check-config)|upgrade|watch|emulate (?:phone|bench)|wait)\b/;

/** Commands that do not end with 0 where a page shows them: what is missing is what they are shown for. */
const ENDS: Readonly<Record<string, number>> = {
  'loadstep plan --from P0030301MFG2 --target P0S3-08-2-00 --model 7940': 3,
  'loadstep firmware needed --from SCCP42.8-3-2S --target SIP42.9-3-1SR4-1S': 3,
  'loadstep firmware needed --target P0S3-08-11-00': 3,
};

let store = '';

beforeAll(async () => {
  store = mkdtempSync(join(tmpdir(), 'loadstep-blocks-'));
  await writeSyntheticFirmware({ out: join(store, 'cop'), releases: ['SCCP42.8-5-2S'], sizes: 'small' });
  await writeSyntheticFirmware({
    out: join(store, 'zips'),
    releases: ['P0S3-05-3-00', 'P0S3-08-11-00'],
    sizes: 'small',
  });
});
afterAll(() => rmSync(store, { recursive: true, force: true }));

async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}

/** Somebody who follows a page: a folder with firmware as it was downloaded, and nothing else. */
class Reader {
  readonly #folder = mkdtempSync(join(store, 'reader-'));
  readonly #port: number;
  readonly #running: { readonly process: ChildProcess; readonly isServer: boolean }[] = [];

  readonly #web: number;

  constructor(port: number, web: number) {
    this.#port = port;
    this.#web = web;
    for (const name of ['zips', 'Downloads']) {
      cpSync(join(store, 'zips'), join(this.#folder, name), { recursive: true });
    }
    const cop = join(this.#folder, 'Downloads', 'cmterm-7942_7962-sccp.8-5-2.cop');
    create({ file: cop, cwd: join(store, 'cop'), gzip: true, sync: true }, ['SCCP42.8-5-2S']);
  }

  /** Keeps a list that a page shows under the name that its commands use. */
  keepList(text: string): void {
    if (/^mac,/.test(text)) writeFileSync(join(this.#folder, 'phones.csv'), text);
  }

  /** Runs a line, or starts it when it lasts; says what went wrong, null when nothing did. */
  async type(line: string): Promise<string | null> {
    const isServer = /^loadstep (?:serve|upgrade)\b/.test(line);
    if (/--listen (?!127\.)/.test(line)) return `${line}: tests listen on the loopback only`;
    // One record has one server, and a page goes on from one to the next.
    if (isServer) await this.#stop(({ isServer: serves }) => serves);
    const [command = '', file] = line.split(' > ');
    const own = command
      .replace(/--web$|--web(?= --)/, '--web 127.0.0.1:6980')
      .replaceAll('6980', String(this.#web))
      .replaceAll('6969', String(this.#port));
    const words = [...own.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)]
      .map(([, one, two, bare]) => one ?? two ?? bare ?? '')
      .slice(1);
    const env = {
      ...cleanEnvironment(this.#folder),
      LOADSTEP_LISTEN: '127.0.0.1:0',
      ...(/--firmware/.test(line) ? {} : { LOADSTEP_FIRMWARE: join(this.#folder, 'zips') }),
    };
    const child = watched(
      spawn(process.execPath, [CLI, ...words], { cwd: this.#folder, env, stdio: ['ignore', 'pipe', 'pipe'] }),
    );
    let said = '';
    const ended = once(child, 'close');
    const spoken = new Promise<void>((resolve) => {
      for (const stream of [child.stdout, child.stderr]) {
        stream?.setEncoding('utf8').on('data', (text: string) => {
          said += text;
          resolve();
        });
      }
    });
    if (LASTING.test(line)) {
      this.#running.push({ process: child, isServer });
      await Promise.race([spoken, ended]);
      return /\(E_[A-Z_]+\)/.test(said) ? `${line}: ${said}` : null;
    }
    await ended;
    if (file !== undefined) writeFileSync(join(this.#folder, file), said);
    return child.exitCode === (ENDS[line] ?? 0) ? null : `${line} (${child.exitCode}): ${said}`;
  }

  async leave(): Promise<void> {
    await this.#stop(() => true);
  }

  async #stop(which: (one: { readonly isServer: boolean }) => boolean): Promise<void> {
    for (const one of this.#running.filter(which)) {
      this.#running.splice(this.#running.indexOf(one), 1);
      if (one.process.exitCode !== null || one.process.signalCode !== null) continue;
      const ended = once(one.process, 'close');
      one.process.kill('SIGINT');
      await ended;
    }
  }
}

const blocks = pages.flatMap((page) => blocksOf(page).filter(({ commands }) => commands.length > 0));

test('a block with commands of other programs says why it is not run', () => {
  const foreign = ({ commands }: Block) => commands.some((line) => !line.startsWith('loadstep '));
  expect(blocks.filter((block) => foreign(block) && block.reason === null).map(({ at }) => at)).toEqual([]);
  expect(blocks.length).toBeGreaterThan(40);
  expect(blocks.filter(({ reason }) => reason !== null && reason.length < 10)).toEqual([]);
});

const run = pages.filter((page) =>
  blocksOf(page).some((one) => one.commands.length > 0 && one.reason === null && !isSynopsis(one)),
);

test.each(run)('every command block of %s can be followed from top to bottom', { timeout: 60_000 }, async (page) => {
  const reader = new Reader(await freePort(), await freeTcpPort());
  const faults: string[] = [];
  try {
    for (const block of blocksOf(page)) {
      reader.keepList(block.text);
      if (block.reason !== null || isSynopsis(block)) continue;
      for (const line of block.commands) {
        const fault = await reader.type(line);
        if (fault !== null) faults.push(`${block.at}: ${fault}`);
      }
    }
  } finally {
    await reader.leave();
  }
  expect(faults).toEqual([]);
});
