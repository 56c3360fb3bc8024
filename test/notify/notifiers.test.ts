import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { commandNotifier } from '../../src/adapters/notify/command-notifier.ts';
import { parseWebhook, webhookNotifier } from '../../src/adapters/notify/webhook-notifier.ts';
import { parseArgvTemplate } from '../../src/core/command/argv-template.ts';
import { batchNotice, NOTICE_PLACEHOLDERS } from '../../src/core/notify/notice.ts';

const NEVER = new AbortController().signal;
const NOTICE = batchNotice('batch paused', Date.UTC(2026, 10, 21), "$(touch x); 'quoted'", 'pallet 7');

/** A node script, and the template that runs it. */
function script(code: string, words: string) {
  const folder = mkdtempSync(join(tmpdir(), 'loadstep-notify-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'tell.cjs');
  writeFileSync(file, code);
  const template = parseArgvTemplate(`'${process.execPath}' '${file}' ${words}`, NOTICE_PLACEHOLDERS);
  if (!template.ok) throw new Error(template.error);
  return { template: template.value, out: join(folder, 'out') };
}

/** A receiver on a port of its own. */
async function receiver(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const got: { headers: IncomingMessage['headers']; body: string; method: string | undefined }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      got.push({ headers: request.headers, body, method: request.method });
      answer(request, response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { got, port: (server.address() as AddressInfo).port };
}

function webhook(url: string, timeoutMs?: number) {
  const parsed = parseWebhook(url);
  if (!parsed.ok) throw new Error(parsed.error);
  return webhookNotifier(parsed.value, timeoutMs);
}

test('a command gets its words as they are, without a shell in between', async () => {
  const { template, out } = script(
    'require("fs").writeFileSync(__dirname + "/out", JSON.stringify(process.argv.slice(2)))',
    '{event} {reason} "{batch} at {at}" {mac}',
  );
  await commandNotifier(template).deliver(NOTICE, NEVER);
  expect(JSON.parse(readFileSync(out, 'utf8'))).toEqual([
    'batch paused',
    "$(touch x); 'quoted'",
    'pallet 7 at 2026-11-21T00:00:00.000Z',
    '',
  ]);
});

test('a command that fails says so with the last of its complaint', async () => {
  const { template } = script('console.error("first"); console.error("no such host"); process.exit(3)', '');
  await expect(commandNotifier(template).deliver(NOTICE, NEVER)).rejects.toThrow('it ended with code 3: no such host');
});

test('a command that does not exist is a failure like any other', async () => {
  const template = parseArgvTemplate('/nowhere/tell', NOTICE_PLACEHOLDERS);
  if (!template.ok) throw new Error(template.error);
  await expect(commandNotifier(template.value).deliver(NOTICE, NEVER)).rejects.toThrow(
    '/nowhere/tell cannot be started: ENOENT',
  );
});

test('a command that hangs and shrugs off the request to end is killed, with what it started', async () => {
  const { template, out } = script(
    `process.on('SIGTERM', () => {});
     const child = require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
     require('fs').writeFileSync(__dirname + '/out', String(child.pid));
     setInterval(() => {}, 1000);`,
    '',
  );
  await expect(commandNotifier(template, 1_500).deliver(NOTICE, NEVER)).rejects.toThrow(
    'it took longer than 1.5 s and was ended',
  );
  const pid = Number(readFileSync(out, 'utf8'));
  await expect.poll(() => isRunning(pid)).toBe(false);
});

/** A zombie that nobody has reaped yet is not running any more. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

test('a command ends when the server stops', async () => {
  const { template } = script('setInterval(() => {}, 1000)', '');
  const abort = new AbortController();
  const delivery = commandNotifier(template).deliver(NOTICE, abort.signal);
  abort.abort();
  await expect(delivery).rejects.toThrow('it was ended because the server stops');
});

test('a webhook gets the notice as JSON by POST', async () => {
  const { got, port } = await receiver((_, response) => response.writeHead(204).end());
  await webhook(`http://127.0.0.1:${port}/hook?token=s3cret`).deliver(NOTICE, NEVER);
  expect(got).toHaveLength(1);
  expect(got[0]).toMatchObject({ method: 'POST', headers: { 'content-type': 'application/json' } });
  expect(JSON.parse(got[0]?.body ?? '')).toEqual({ ...NOTICE, at: '2026-11-21T00:00:00.000Z' });
});

test('a user and a password in the URL travel as a header', async () => {
  const { got, port } = await receiver((_, response) => response.end());
  await webhook(`http://me:p%40ss@127.0.0.1:${port}/`).deliver(NOTICE, NEVER);
  expect(got[0]?.headers.authorization).toBe(`Basic ${Buffer.from('me:p@ss').toString('base64')}`);
});

test.each([301, 404, 500])('an answer of %i is a failure, and a redirect is not followed', async (status) => {
  const { got, port } = await receiver((_, response) => response.writeHead(status, { location: '/elsewhere' }).end());
  await expect(webhook(`http://127.0.0.1:${port}/`).deliver(NOTICE, NEVER)).rejects.toThrow(`it answered ${status}`);
  expect(got).toHaveLength(1);
});

test('a receiver that never answers is given up after its time', async () => {
  const { port } = await receiver(() => {});
  await expect(webhook(`http://127.0.0.1:${port}/`, 100).deliver(NOTICE, NEVER)).rejects.toThrow(
    'no answer within 0.1 s',
  );
});

test('neither name nor failure of a webhook shows the secret parts of its URL', async () => {
  const { port } = await receiver((_, response) => response.end());
  const hook = webhook(`http://me:passw0rd@127.0.0.1:${port}/T0KEN?key=K3Y`);
  expect(hook.name).toBe(`webhook http://127.0.0.1:${port}`);
  const gone = webhook('http://me:passw0rd@127.0.0.1:1/T0KEN?key=K3Y');
  const error = await gone.deliver(NOTICE, NEVER).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(Error);
  expect((error as Error).message).toMatch(/^it cannot be reached/);
  expect(`${(error as Error).message}${(error as Error).stack}`).not.toMatch(/passw0rd|T0KEN|K3Y/);
});

test.each(['', 'example.org/hook', 'ftp://example.org/s3cret', 'http://'])('%j is no webhook', (text) => {
  const parsed = parseWebhook(text);
  expect(parsed.ok).toBe(false);
  expect(JSON.stringify(parsed)).not.toContain('s3cret');
});

test.each(['http://%zz@example.org/', 'http://me:s3cret%@example.org/', 'https://a:%E0%A4@example.org/'])(
  'a user or password that is not encoded as URLs have it is told where the URL is read: %s',
  (text) => {
    const parsed = parseWebhook(text);
    expect(parsed).toEqual({ ok: false, error: expect.stringMatching(/write %25 for the sign itself/) });
    expect(JSON.stringify(parsed)).not.toContain('s3cret');
  },
);
