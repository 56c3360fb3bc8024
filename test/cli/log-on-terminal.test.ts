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
