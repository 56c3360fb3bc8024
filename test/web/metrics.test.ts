import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { HistoryEvent } from '../../src/core/history/event.ts';
import { ALICE, BOB, enrolled, TARGET, type Web, webBench } from './web-bench.ts';

const headers = { host: '127.0.0.1:6980' };
const deploy = join(import.meta.dirname, '..', '..', 'docs', 'deploy');

async function scrape({ app }: Pick<Web, 'app'>): Promise<string[]> {
  const answer = await app.inject({ url: '/metrics', headers });
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, expect.stringContaining('text/plain')]);
  return answer.body.split('\n').filter((line) => line.startsWith('loadstep_'));
}

function rows(mac: typeof ALICE): HistoryEvent[] {
  const at = 1;
  return [
    { event: 'file.requested', at, mac, file: 'OS79XX.TXT' },
    { event: 'file.sent', at, mac, file: 'OS79XX.TXT', bytes: 14, tookMs: 250 },
    { event: 'file.refused', at, mac, file: 'x<script>' },
    { event: 'phone.held', at, mac, code: 'P_STALLED' },
    { event: 'phone.landed', at, mac, target: TARGET },
  ];
}

test('what happens is counted once, however often somebody asks', async () => {
  const web = await webBench();
  await scrape(web);
  enrolled(web.store, [ALICE]);
  await web.store.commit({ mac: ALICE, seenAt: 1, events: rows(ALICE) });
  // The picture of all phones is kept for a moment.
  web.clock.advance(60_000);
  await Promise.all([scrape(web), scrape(web)]);
  const lines = await scrape(web);
  expect(lines).toContain('loadstep_phone_answers_total{answer="sent"} 1');
  expect(lines).toContain('loadstep_phone_answers_total{answer="refused"} 1');
  expect(lines).toContain('loadstep_sent_bytes_total 14');
  expect(lines).toContain('loadstep_holds_total{code="P_STALLED"} 1');
  expect(lines).toContain('loadstep_landings_total{family="79x0"} 1');
  expect(lines).toContain('loadstep_transfer_seconds_bucket{le="0.3"} 1');
  expect(lines).toContain('loadstep_build_info{version="1.2.3"} 1');
  expect(lines.some((line) => /^loadstep_phones\{state="\w+",family="79x0"\} 1$/.test(line))).toBe(true);
});

test('no label carries what a phone or a list wrote', async () => {
  const web = await webBench();
  await scrape(web);
  enrolled(web.store, [ALICE, BOB], 'front <b>desk</b>');
  for (const mac of [ALICE, BOB]) await web.store.commit({ mac, seenAt: 1, events: rows(mac) });
  const text = (await scrape(web)).join('\n');
  expect(text).not.toMatch(new RegExp(`${ALICE}|${BOB}|desk|script|OS79XX`));
});

test('metrics are for those who may look, and health for everybody', async () => {
  const { app, store } = await webBench();
  const elsewhere = { headers: { host: '10.1.1.2' }, remoteAddress: '10.1.1.1' };
  expect((await app.inject({ url: '/metrics', ...elsewhere })).statusCode).toBe(401);
  expect((await app.inject({ url: '/healthz', ...elsewhere })).body).toBe('ok\n');
  expect((await app.inject({ url: '/readyz', ...elsewhere })).statusCode).toBe(200);
  store.close();
  expect((await app.inject({ url: '/readyz', ...elsewhere })).statusCode).toBe(503);
  expect((await app.inject({ url: '/healthz', ...elsewhere })).statusCode).toBe(200);
});

test('the dashboard and the alert rules name only metrics that there are', async () => {
  const web = await webBench();
  const answer = await web.app.inject({ url: '/metrics', headers });
  const known = new Set([...answer.body.matchAll(/^# TYPE (\w+)/gm)].map(([, name = '']) => name));
  const texts = ['prometheus-rules.yaml', 'grafana-dashboard.json'].map((name) =>
    readFileSync(join(deploy, name), 'utf8'),
  );
  const used = texts.flatMap((text) => [...text.matchAll(/\b(?:loadstep|nodejs|process)_\w+/g)].map(([name]) => name));
  expect(used.length).toBeGreaterThan(8);
  const base = (name: string) => name.replace(/_(bucket|sum|count)$/, '');
  expect([...new Set(used)].filter((name) => !known.has(name) && !known.has(base(name)))).toEqual([]);
  const { groups } = parse(texts[0] ?? '') as { groups: { rules: { alert: string; annotations: object }[] }[] };
  expect(groups[0]?.rules.every(({ alert, annotations }) => alert !== '' && 'summary' in annotations)).toBe(true);
  expect(() => JSON.parse(texts[1] ?? '')).not.toThrow();
});

/** Debian's package prometheus brings it. */
const hasPromtool = spawnSync('promtool', ['--version']).status === 0;

test.skipIf(!hasPromtool)('promtool finds nothing wrong with rules and metrics', async () => {
  const web = await webBench();
  const answer = await web.app.inject({ url: '/metrics', headers });
  const rules = spawnSync('promtool', ['check', 'rules', join(deploy, 'prometheus-rules.yaml')], { encoding: 'utf8' });
  expect([rules.status, rules.stderr]).toEqual([0, '']);
  const own = answer.body.split('\n').filter((line) => / loadstep_|^loadstep_/.test(line));
  const linted = spawnSync('promtool', ['check', 'metrics'], { input: `${own.join('\n')}\n`, encoding: 'utf8' });
  expect([linted.status, linted.stdout, linted.stderr]).toEqual([0, '', '']);
});
