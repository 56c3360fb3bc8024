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

test('a line that somebody has to read is a sentence at a terminal; what was asked for with --log-level has its event', () => {
  const { log, lines } = logged({ isReadable: true });
  log.warn({ event: 'root.withheld', reason: 'it names\n a load', advice: 'leave it out', files: 2 });
  expect(lines[0]?.slice(8)).toBe('  warning: it names\\u000a a load. What to do: leave it out\n');
  log.error({
    event: 'config.refused',
    mac: '0018B9C0FFEE',
    code: 'E_X',
    reason: 'no tree',
    goesOn: 'with the settings it had',
  });
  expect(lines[1]?.slice(8)).toBe('  error: 0018B9C0FFEE: no tree; it goes on with the settings it had\n');
  log.info({ event: 'tftp.listening', port: 69, reason: 'asked for' });
  expect(lines[2]?.slice(8)).toBe(' info tftp.listening port=69: asked for\n');
});
