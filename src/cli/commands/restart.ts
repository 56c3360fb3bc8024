import { systemClock } from '../../adapters/system-clock.ts';
import { awaitRestarts } from '../../app/restart/await-restarts.ts';
import { AppError } from '../../core/errors.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { RUNG_IDS, type RungId } from '../../core/restart/ladder.ts';
import { spanText } from '../../core/text/amounts.ts';
import type { RestartAnswer } from '../../ports/restarts.ts';
import type { CommandContext, CommandSpec } from '../command.ts';
import { writeRemark } from '../error-line.ts';
import { INTERRUPTED } from '../io.ts';
import { writeText } from '../output/fit-text.ts';
import { restartJson, restartText } from '../output/restart-text.ts';
import { databasePath, neededMacs, timeoutOf } from '../settings/values.ts';
import { withDatabase } from '../wiring.ts';
import { ServerWatch } from './server-watch.ts';

/** `loadstep restart`: phones are restarted without hands, where that is safe. */
export const RESTART: CommandSpec = {
  name: 'restart',
  summary: 'restart phones over the network or by their power, where that is safe',
  description:
    'Has the server that runs on this record restart phones of its list, in the first way of the ladder that the phone takes: check-sync, service-control, ' +
    'sccp-reset, telnet, power, and last by hand, with the keys to press (docs/restarts.md). Never a phone that may be writing its flash. It waits until the ' +
    'phone is heard to start; a way that comes to nothing is remembered, and the next one is taken. Exits with 4 where the phone is not restarted.',
  settings: ['mac', 'dry-run', 'timeout'],
  several: ['mac'],
  settingHelp: {
    'dry-run': 'say which way would be taken, and do nothing',
    timeout: 'give up after this long (default: 10m)',
  },
  flags: [{ name: 'by', flags: '--by <rung>', type: 'text', help: `only in this way: ${RUNG_IDS.join(', ')}` }],
  examples: [
    'loadstep restart --mac 0018B9C0FFEE',
    'loadstep restart --mac 0018B9C0FFEE --dry-run',
    'loadstep restart --mac 0018B9C0FFEE --by sccp-reset --json',
  ],
  run: restart,
};

/** Every way may take three minutes, and there are several (invented). */
const USUAL_MS = 10 * 60_000;

async function restart({ settings, io, flags }: CommandContext): Promise<number> {
  const macs = neededMacs(settings);
  const by = rungOf(flags.by);
  const timeoutMs = timeoutOf(settings) ?? USUAL_MS;
  const isDryRun = settings.isOn('dry-run');
  const { serverOf } = await import('../../adapters/sqlite/server-lock.ts');
  const path = databasePath(settings, io.env);
  if (serverOf(path) === null) throw new AppError('E_NO_SERVER', NO_SERVER);
  return withDatabase(settings, io, 'client', async (store) => {
    for (const mac of macs) {
      if (store.phone(mac)?.enrolment?.status === 'enrolled') continue;
      throw new AppError('E_BAD_USAGE', `${mac} is not on the list; "loadstep enroll" puts it there`);
    }
    const say = (text: string) => writeRemark(io.stderr, `loadstep: ${text}\n`);
    const watch = new ServerWatch({ serverOf: () => serverOf(path), say, wasThere: true });
    const clock = systemClock();
    const answers = new Map<MacAddress, RestartAnswer>();
    const { why, unanswered } = await awaitRestarts({
      ...{ shelf: store, macs, by, isDryRun, timeoutMs, clock },
      onStop: (listener) => io.onStop(listener),
      isServerGone: () => watch.isGone(clock.now()),
      told: (mac, answer) => {
        answers.set(mac, answer);
        if (settings.isOn('json')) io.stdout.write(restartJson(mac, answer));
        else writeText(io.stdout, restartText(mac, answer));
      },
    });
    const left = unanswered.join(', ');
    if (why === 'timeout') {
      const late = isDryRun ? '' : '; what it was told by then it may still do, and it is told nothing more';
      throw new AppError('E_TIMEOUT', `not restarted within ${spanText(timeoutMs)}: ${left}${late}`);
    }
    if (why === 'server gone') {
      throw new AppError('E_SERVER_GONE', `the server has ended and did not come back; not restarted: ${left}`);
    }
    if (why === 'another wish') {
      throw new AppError('E_RESTART_REFUSED', `somebody else asked for the same meanwhile, and waits for it: ${left}`);
    }
    if (why !== 'answered') {
      if (left !== '' && !isDryRun)
        say(`may have been told to restart by now, and do so later; nothing more is told: ${left}`);
      return INTERRUPTED;
    }
    const failed = [...answers].filter(([, { result }]) => result === 'hands' || result === 'refused');
    const [first] = failed;
    if (first === undefined) return 0;
    const [mac, { result, text }] = first;
    const reason = result === 'hands' ? 'a person has to restart it' : text;
    throw new AppError('E_RESTART_REFUSED', `${mac} was not restarted: ${reason}`);
  });
}

const NO_SERVER =
  'no server runs on this record, and only a server can restart phones: start "loadstep serve --witness" (which hears phones that can be told)';

function rungOf(given: unknown): RungId | null {
  if (given === undefined) return null;
  const rung = RUNG_IDS.find((one) => one === given);
  if (rung !== undefined) return rung;
  throw new AppError(
    'E_BAD_USAGE',
    `--by: "${String(given)}" is no way to restart a phone; write ${RUNG_IDS.join(', ')}`,
  );
}
