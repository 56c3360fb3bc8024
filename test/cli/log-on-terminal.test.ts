import { expect, test } from 'vitest';
import { openDaemonLog } from '../../src/cli/daemon/daemon-log.ts';
import { FakeTerminal } from '../support/terminal.ts';

test('a line of the log is broken at blanks on a terminal, and no word of it is cut', async () => {
  const terminal = new FakeTerminal(80, 24);
  const wish = { level: 'warn', file: null } as const;
  const { log } = await openDaemonLog({ stderr: terminal }, wish, (write) => write());
  const reason = `7 files of the tree are a load or name one: ${'SIPDefault.cnf, '.repeat(8)}and more`;
  log.warn({ event: 'root.holds-loads', folder: '/srv/tftp', files: 7, reason });
  const screen = await terminal.screen();
  expect(await terminal.brokenRows()).toEqual([]);
  expect(screen.match(/SIPDefault\.cnf,/g)).toHaveLength(8);
});

test('what a line of the phone tells at the same terminal is not told a second time by the log', async () => {
  const told = async (isWatched: boolean) => {
    const terminal = new FakeTerminal(80, 24);
    const { log } = await openDaemonLog(
      { stderr: terminal },
      { level: 'warn', file: null },
      (write) => write(),
      isWatched,
    );
    log.warn({ event: 'root.withheld', mac: '0018B9C0FFEE', reason: 'it names a load' });
    log.warn({ event: 'root.withheld', address: '192.0.2.7', reason: 'nobody else says it' });
    return terminal.screen();
  };
  expect(await told(false)).toContain('warning: 0018B9C0FFEE: it names a load');
  expect(await told(true)).not.toContain('it names a load');
  expect(await told(true)).toContain('nobody else says it');
});
