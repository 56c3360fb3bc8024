import { expect, test } from 'vitest';
import { type PinoLogOptions, pinoLog } from '../../src/adapters/pino-log.ts';

function logged(options: Partial<PinoLogOptions>): { log: ReturnType<typeof pinoLog>; lines: string[] } {
  const lines: string[] = [];
  const log = pinoLog({ level: 'info', isReadable: false, write: (line) => lines.push(line), ...options });
  return { log, lines };
}

test('a log line is a JSON object with level, time and event, and no more than was said', () => {
  const { log, lines } = logged({});
  log.warn({ event: 'lease.unreadable', file: '/x', asked: { name: 'a\u001b[2J' } });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/\n$/);
  const { time, ...rest } = JSON.parse(lines[0] ?? '') as Record<string, unknown>;
  expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(rest).toEqual({ level: 'warn', event: 'lease.unreadable', file: '/x', asked: { name: 'a\u001b[2J' } });
});

test.each([
  ['error', ['error']],
  ['warn', ['error', 'warn']],
  ['info', ['error', 'warn', 'info']],
  ['debug', ['error', 'warn', 'info', 'debug']],
] as const)('at level %s just %j is written', (level, expected) => {
  const { log, lines } = logged({ level });
  for (const one of ['debug', 'info', 'warn', 'error'] as const) log[one]({ event: one });
  expect(lines.map((line) => JSON.parse(line).level).sort()).toEqual([...expected].sort());
});

test('an error in a log line keeps its message and stack', () => {
  const { log, lines } = logged({});
  log.error({ event: 'x', err: new Error('broken') });
  expect(JSON.parse(lines[0] ?? '').err).toMatchObject({ message: 'broken', stack: expect.stringMatching(/pino-log/) });
});

test('the readable form is one line that cannot steer the terminal', () => {
  const { log, lines } = logged({ isReadable: true });
  log.info({ event: 'file.refused', asked: { name: 'a\u001b[2J\u009b\u202e\n' } });
  expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d info file\.refused asked=/);
  expect(lines[0]?.slice(8)).toBe(' info file.refused asked={"name":"a\\u001b[2J\\u009b\\u202e\\n"}\n');
});

test('what a person reads first is what happened, and why and what to do are sentences at the end', () => {
  const { log, lines } = logged({ isReadable: true });
  log.warn({ event: 'root.withheld', reason: 'it names\n a load', advice: 'leave it out', files: 2 });
  expect(lines[0]?.slice(8)).toBe(' warn root.withheld files=2: it names\\u000a a load. What to do: leave it out\n');
});
