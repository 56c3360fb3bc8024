import { existsSync } from 'node:fs';
import { systemClock } from '../../adapters/system-clock.ts';
import { serviceManager } from '../../adapters/systemd/notify.ts';
import { AppError } from '../../core/errors.ts';
import { parseLoadName } from '../../core/names/load-name.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { limitsOf } from '../batch-limits.ts';
import { reportInTurns } from '../batch-report.ts';
import { attachBenchAids, BENCH_AID_SETTINGS, readBenchAids } from '../bench-aids.ts';
import type { CommandContext, CommandSpec } from '../command.ts';
import { DEFAULT_DRAIN_MS, drainServer, readDrain } from '../drain.ts';
import { parseDuration } from '../durations.ts';
import { INTERRUPTED, type StopSignal } from '../io.ts';
import { humanView, jsonView } from '../output/live-view.ts';
import { countText } from '../output/printable.ts';
import { reportText } from '../output/report-text.ts';
import { startServer } from '../running-server.ts';
import { databasePath, listenOf, loadOf } from '../values.ts';
import { loadMatrix, openDatabase, openFirmware, openLog, withDatabase } from '../wiring.ts';

/** After the transfers: notices under way, the record, the database (invented). */
const LAST_MS = 10_000;

const DESCRIPTION = `Converts every phone on the list, for ever. Phones are put on the list with "loadstep enroll", also while this runs. With --enroll all every phone is converted whose family has a --target. SIGTERM ends it; phones in mid-road go on when it is started again.`;

/** `loadstep serve`: the unattended server. */
export const SERVE: CommandSpec = {
  name: 'serve',
  summary: 'convert every phone on the list, for ever',
  description: DESCRIPTION,
  settings: [
    ...BENCH_AID_SETTINGS,
    'batch',
    ...([
      'listen',
      'enroll',
      'target',
      'root',
      'single-port',
      'allow-unverified',
      'stall-after',
      'drain',
      'check-config',
    ] as const),
    ...(['at-once', 'canary', 'stop-after-failures'] as const),
  ],
  several: ['target'],
  settingHelp: {
    target: 'for --enroll all: the load to arrive at, one for each phone family; repeatable',
    batch: 'for --enroll all: the batch that phones are enrolled in (default: default)',
  },
  examples: [
    'sudo loadstep serve',
    'loadstep serve --enroll all --target P0S3-08-11-00 --target SIP42.9-3-1SR4-1S --listen 0.0.0.0:69',
    'loadstep serve --root /srv/tftp --json | tee bench.jsonl',
    `loadstep serve --notify-command 'logger -t loadstep "{text}"' --power-cycle-command '/usr/local/bin/poe-cycle {port}'`,
    'loadstep serve --canary 2 --stop-after-failures 1 --at-once 8',
  ],
  run: serve,
};

async function serve({ settings, io }: CommandContext): Promise<number> {
  const enroll = settings.text('enroll') === 'all' ? 'all' : 'listed';
  const targets = settings.texts('target').map(loadOf);
  checkTargets(enroll, targets);
  const aids = readBenchAids(settings);
  const listen = listenOf(settings);
  const limits = limitsOf(settings);
  let nameOf = (mac: MacAddress): string => mac;
  const view = settings.isOn('json')
    ? jsonView(io.stdout)
    : humanView({ out: io.stdout, nameOf: (mac) => nameOf(mac), isFollowed: false });
  const log = await openLog(settings, io, view.aside);
  const matrix = await loadMatrix();
  const firmware = await openFirmware(settings, io, matrix);
  const drainMs = settings.read('drain', readDrain) ?? DEFAULT_DRAIN_MS;
  const stallAfterMs = settings.read('stall-after', parseDuration);
  if (settings.isOn('check-config')) {
    const db = databasePath(settings, io.env);
    const phones = existsSync(db)
      ? await withDatabase(settings, io, 'reader', (found) => countText(found.phones().length, 'phone'))
      : 'does not exist yet';
    const loads = firmware.index().packages.map(({ load }) => load);
    io.stdout.write(
      settings.isOn('json')
        ? `${JSON.stringify({ event: 'config.checked', ...listen, database: db, phones, loads, enroll, targets })}\n`
        : `listen    ${listen.address}:${listen.port}\ndatabase  ${db}: ${phones}\nfirmware  ${loads.join(', ') || 'none'}\n`,
    );
    return 0;
  }
  const clock = systemClock();
  const store = await openDatabase(settings, io, 'server', log);
  try {
    nameOf = (mac) => [mac, store.phone(mac)?.enrolment?.label].filter(Boolean).join(' ');
    let fail: (error: AppError) => void = () => {};
    const failed = new Promise<never>((_, reject) => {
      fail = reject;
    });
    // Before anybody waits for it, a failure must not count as unhandled.
    failed.catch(() => {});
    const server = await startServer({
      databasePath: databasePath(settings, io.env),
      store,
      firmware,
      matrix,
      clock,
      log,
      listen,
      enroll,
      targets,
      limits,
      leases: settings.texts('leases'),
      root: settings.text('root'),
      isSinglePort: settings.isOn('single-port'),
      stallAfterMs,
      batch: settings.text('batch'),
      attach: (fleet) => attachBenchAids(aids, { fleet, store, clock, log }),
      onEvent: (event) => {
        view.show(event);
        if (event.event !== 'batch.finished' || settings.isOn('json')) return;
        reportInTurns(store, matrix, { batch: null, mac: null }, clock.now()).then(
          (report) => view.aside(() => io.stdout.write(`\n${reportText(report)}\n`)),
          (error: unknown) => log.error({ event: 'report.failed', reason: String(error) }),
        );
      },
      onFailure: (error) => fail(error),
    });
    const manager = serviceManager(io.env, log);
    manager.ready();
    try {
      const signal = await Promise.race([failed, new Promise<StopSignal>((resolve) => io.onStop(resolve))]);
      manager.stopping(drainMs + LAST_MS);
      await drainServer({ server, signal, limitMs: drainMs, log, view });
      return signal === 'SIGTERM' ? 0 : INTERRUPTED;
    } finally {
      manager.stopping(LAST_MS);
      await server.stop();
      manager.stopped();
    }
  } finally {
    view.close();
    store.close();
  }
}

/** With `all`, a family can have one target only: two would make it a matter of luck which one a phone gets. */
function checkTargets(enroll: 'listed' | 'all', targets: readonly string[]): void {
  if (enroll === 'listed' && targets.length > 0) {
    throw new AppError(
      'E_BAD_USAGE',
      '--target on serve needs --enroll all; a listed phone has the target it was enrolled with',
    );
  }
  if (enroll === 'all' && targets.length === 0) {
    throw new AppError('E_BAD_USAGE', '--enroll all needs a --target for each phone family that is to be converted');
  }
  const families = new Map<string, string>();
  for (const target of targets) {
    const parsed = parseLoadName(target);
    const family = parsed.ok ? parsed.value.family : '';
    const other = families.get(family);
    if (other !== undefined) {
      throw new AppError(
        'E_BAD_USAGE',
        `${other} and ${target} are both for phone family ${family}; give one --target a family`,
      );
    }
    families.set(family, target);
  }
}
