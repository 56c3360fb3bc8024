import { systemClock } from '../../adapters/system-clock.ts';
import { serviceManager } from '../../adapters/systemd/notify.ts';
import { mayBeWriting } from '../../app/batch/batch-status.ts';
import type { PowerPlans } from '../../app/bench/power-control.ts';
import type { PowerFleet } from '../../app/bench/power-fleet.ts';
import { doublePortTexts } from '../../app/list/double-ports.ts';
import { lackingTargets, lackingText, refuseBareLoaders } from '../../app/list/wish-check.ts';
import type { LiveEvent } from '../../app/record/live-event.ts';
import { reportInTurns } from '../../app/told/batch-report.ts';
import { BoundedMap } from '../../core/bounded-map.ts';
import type { AppError } from '../../core/errors.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { AccountShelf } from '../../ports/account-book.ts';
import { attachBenchAids, type BenchAids } from '../../server/bench-aids.ts';
import { LiveFirmware } from '../../server/live-firmware.ts';
import { type RunningServer, type ServerParts, startServer } from '../../server/start-server.ts';
import { type Switches, switchesIn } from '../../server/switch-parts.ts';
import { syntheticWarning } from '../../server/synthetic-warning.ts';
import { importFlags } from '../bench/server-now.ts';
import type { CommandContext, CommandSpec } from '../command.ts';
import { type Beside, redirectControl } from '../daemon/beside.ts';
import { checkConfig } from '../daemon/check-config.ts';
import { compileLess } from '../daemon/compile-less.ts';
import { configurationsOf } from '../daemon/configurations.ts';
import { openDaemonLog } from '../daemon/daemon-log.ts';
import { behindSignal, drainServer, INTERRUPTED_LIMITS, leaveOnText, stoppedText } from '../daemon/drain.ts';
import { Reload } from '../daemon/reload.ts';
import { startOf } from '../daemon/start-told.ts';
import { serveWeb } from '../daemon/web.ts';
import { withSudo } from '../daemon/with-sudo.ts';
import { INTERRUPTED, type StopSignal } from '../io.ts';
import { lookOn } from '../output/fit-text.ts';
import { restartText } from '../output/landed-words.ts';
import { liveOut } from '../output/live-out.ts';
import { humanView, jsonView } from '../output/live-view.ts';
import { clockText } from '../output/printable.ts';
import { reportText } from '../output/report-text.ts';
import { readServeSettings, SERVE_KEYS } from '../settings/serve-settings.ts';
import { accountsKeyPath, databasePath, firmwareFolders } from '../settings/values.ts';
import { loadMatrix, openDatabase, openFirmware } from '../wiring.ts';
import { recordFlags } from './mistaken-phone.ts';

/** After the transfers: notices under way, the record, the database (invented). */
const LAST_MS = 10_000;

const DESCRIPTION = `Converts every phone on the list until it is stopped. Put phones on the list with "loadstep enroll", also while this runs. With --enroll all, every phone whose family has a --target is converted. SIGTERM ends it; phones under way go on when it is started again. SIGHUP makes it read its configuration again.`;

/** `loadstep serve`: the unattended server. */
export const SERVE: CommandSpec = {
  name: 'serve',
  summary: 'convert every phone on the list, until it is stopped',
  description: DESCRIPTION,
  settings: SERVE_KEYS,
  several: ['target'],
  settingHelp: {
    target: 'for --enroll all: the load to arrive at, one for each phone family; repeatable',
    pbx: 'for --configure: the PBX, as the phones reach it',
    batch: 'for --enroll all: the batch in which phones are enrolled (default: default)',
  },
  isDaemon: true,
  examples: [
    'loadstep serve',
    'loadstep serve --enroll all --target P0S3-08-11-00 --target SIP42.9-3-1SR4-1S --listen 0.0.0.0:69',
    'loadstep serve --root /srv/tftp --json | tee bench.jsonl',
    `loadstep serve --notify-command 'logger -t loadstep "{text}"' --power-cycle-command '/usr/local/bin/poe-cycle {port}'`,
    'loadstep serve --canary 2 --stop-after-failures 1 --at-once 8',
    'loadstep serve --web',
    'loadstep serve --check-config --config /etc/loadstep.yaml',
  ],
  run: (context) => serve(context),
};

/** Phones whose names are remembered (invented). */
const MOST_NAMES = 16_384;

/** Serves until it is stopped; gives the exit code. */
export async function serve(context: CommandContext, beside: Beside | null = null): Promise<number> {
  const { settings, io, daemon } = context;
  if (settings.isOn('check-config')) return checkConfig(context, beside);
  const values = readServeSettings(settings, beside?.listen);
  beside?.check(values, (why, key = 'listen') => settings.refuse(key, why));
  compileLess();
  let nameOf = (mac: MacAddress): string => mac;
  let accounts: AccountShelf | null = null;
  const extensionsOf = (mac: MacAddress) => accounts?.sealedAccount(mac)?.lines.map(({ extension }) => extension) ?? [];
  const source = {
    hasRoot: values.root !== null,
    isBeside: beside !== null,
    extensionsOf: values.configuring === null ? null : extensionsOf,
  };
  const isJson = settings.isOn('json');
  let sayLost: (lines: number) => void = () => {};
  const out = liveOut(io.stdout, (lines) => sayLost(lines));
  const view = isJson
    ? jsonView(out)
    : humanView({
        out,
        nameOf: (mac) => nameOf(mac),
        isFollowed: false,
        firmwareFlags: importFlags(context),
        ...(out.isTerminal ? { afterLanding: (mac, load) => restartText(source, mac, load) } : {}),
      });
  const daemonLog = await openDaemonLog(io, values.log, view.aside, out.isTerminal && !isJson);
  const { log } = daemonLog;
  sayLost = (lines) => log.warn({ event: 'output.lost', lines });
  const matrix = await loadMatrix();
  const firmware = new LiveFirmware(
    await openFirmware(settings, io, matrix, 'shown', { mayBeEmpty: values.web !== null }),
  );
  // Before a record is made.
  refuseBareLoaders(values.targets, matrix, firmware.index());
  const synthetic = syntheticWarning(firmware.index(), values.listen);
  if (synthetic !== null) {
    if (out.isTerminal && !isJson) view.call(synthetic);
    else log.warn({ event: 'firmware.synthetic', reason: synthetic });
  }
  const clock = systemClock();
  let leases = () => values.leases;
  const aids = { clock, log, leases: () => leases() };
  const way = beside?.way(values, aids) ?? null;
  const redirect = way?.redirect ?? null;
  let fail: (error: AppError) => void = () => {};
  let answering: RunningServer | null = null;
  const onAway = (why: string | null) => answering?.tellAway(why);
  const onFailure = (error: AppError) => fail(error);
  const redirecting = way === null ? null : redirectControl(way, aids, { onAway, onFailure });
  const startedAt = clock.wall();
  const store = await openDatabase(settings, io, 'server', log, { gathers: clock });
  accounts = store;
  let switches: Switches | null = null;
  try {
    // Nothing else changes a label than what the list is told of.
    const names = new BoundedMap<MacAddress, string>(MOST_NAMES);
    nameOf = (mac) => {
      const name = names.get(mac) ?? [mac, store.phone(mac)?.enrolment?.label].filter(Boolean).join(' ');
      names.set(mac, name);
      return name;
    };
    const failed = new Promise<never>((_, reject) => {
      fail = reject;
    });
    // Before anybody waits for it, a failure must not count as unhandled.
    failed.catch(() => {});
    const onEvent = (event: LiveEvent) => {
      if (event.event === 'phone.enrolled' && event.mac !== undefined) names.delete(event.mac);
      view.show(event);
      redirecting?.note(event);
      if (event.event !== 'batch.finished' || isJson) return;
      reportInTurns(store, matrix, { batch: null, mac: null }, clock.wall(), startedAt).then(
        (report) => view.aside(() => out.write(`\n${reportText(report, lookOn(out))}\n`)),
        (error: unknown) => log.error({ event: 'report.failed', reason: String(error) }),
      );
    };
    const keyFile = accountsKeyPath(settings, io.env);
    const asked = switchesIn({ shelf: store, keyFile, traps: values.switchTraps, clock, log });
    switches = asked;
    let toldTraps: string | null = null;
    let phones: PowerFleet | null = null;
    let power: PowerPlans = new Map();
    const attach =
      (benchAids: BenchAids): NonNullable<ServerParts['attach']> =>
      (fleet, news, heard) => {
        phones = fleet;
        const told = (plans: PowerPlans) => {
          power = plans;
          news.power(plans);
        };
        power = new Map();
        return attachBenchAids(benchAids, {
          ...{ fleet, store, clock, log, switches: asked.parts, isBeside: beside !== null },
          tell: { ...news, power: told },
          restarts: { fleet, shelf: store, heard },
          ...(values.witness === undefined ? {} : { witnesses: fleet.witnesses }),
        });
      };
    await redirect?.check();
    const configurations = await configurationsOf(context, values, { store, matrix, log });
    // From the moment on at which phones are answered, and redirected.
    const stopped = new Promise<StopSignal>((resolve) => io.onStop(resolve));
    let reload: Reload | null = null;
    const current = () => reload?.settings ?? settings;
    const web = await serveWeb({
      ...{ web: values.web, store, matrix, firmware, clock, log, isBeside: beside !== null },
      server: () => answering,
      leases: () => leases(),
      power: () => power,
      desk: {
        databasePath: databasePath(settings, io.env),
        folders: () => firmwareFolders(current(), io.env),
        allowUnverified: () => current().texts('allow-unverified'),
      },
    });
    const starting = startServer({
      ...values,
      ...configurations,
      isBeside: beside !== null,
      ...(redirecting === null ? {} : { answeredElsewhere: () => redirecting.answeredElsewhere() }),
      ...(way?.hears === undefined ? {} : { hears: way.hears }),
      command: beside?.command ?? 'serve',
      firmwareFolders: firmwareFolders(settings, io.env),
      databasePath: databasePath(settings, io.env),
      store,
      firmware,
      matrix,
      clock,
      log,
      attach: attach(values.aids),
      lineOf: (mac) => extensionsOf(mac)[0] ?? null,
      open: async () => {
        toldTraps = await asked.open();
      },
      onEvent,
      onFailure,
    });
    const server = await starting.catch(async (error: unknown) => {
      await web.stop();
      throw error;
    });
    answering = server;
    const manager = serviceManager(io.env, log);
    reload =
      daemon === undefined
        ? null
        : new Reload({
            ...{ daemon, settings, values, server, firmware, manager, attach, log: daemonLog },
            foldersOf: (next) => firmwareFolders(next, io.env),
            openFirmware: (next) => openFirmware(next, io, matrix, 'quietly', { mayBeEmpty: values.web !== null }),
            say: (text) => view.say(`${clockText(clock.wall())}  ${text}`),
          });
    leases = () => (reload?.values ?? values).leases;
    let lastMs: number | undefined;
    try {
      if (phones !== null) await redirecting?.begin(phones);
      const missing = lackingTargets(store.phones(), firmware.index());
      const lacking = missing.length === 0 ? null : lackingText(missing, importFlags(context));
      const double = values.aids.power === null ? [] : doublePortTexts(store.phones());
      if (out.isTerminal) {
        const { listening } = server;
        const where = redirect?.where ?? null;
        view.say(
          startOf({
            store,
            firmware,
            recordFlags: recordFlags(settings),
            sudo: withSudo(io.env, databasePath(settings, io.env), firmwareFolders(settings, io.env)),
            values,
            listening,
            now: clock.wall(),
            redirect: where,
            lacking,
            double,
          }),
        );
      } else {
        if (lacking !== null) log.warn({ event: 'list.lacks-targets', reason: lacking });
        for (const reason of double) log.warn({ event: 'list.double-port', reason });
      }
      const told = web.told();
      if (told !== null) view.say(told);
      for (const open of [server.witnesses, toldTraps]) if (open !== null) view.say(open);
      manager.ready();
      reload?.start();
      const signal = await Promise.race([failed, stopped]).catch(async (error: AppError) => {
        await web.stop(error);
        throw error;
      });
      reload?.stop();
      const { drainMs } = reload?.values ?? values;
      const isHurried = signal === 'SIGINT';
      if (isHurried) lastMs = INTERRUPTED_LIMITS.lastMs;
      const limitMs = isHurried ? Math.min(drainMs, INTERRUPTED_LIMITS.drainMs) : drainMs;
      manager.stopping(limitMs + LAST_MS);
      await web.stop();
      await drainServer({ server, signal, limitMs, log, view });
      await redirecting?.stop();
      const writing = store
        .phones()
        .filter(mayBeWriting)
        .map(({ mac }) => nameOf(mac));
      const last = writing.length > 0 ? leaveOnText(writing) : stoppedText(signal);
      if (out.isTerminal) view.say(behindSignal(signal, last));
      return signal === 'SIGTERM' ? 0 : INTERRUPTED;
    } finally {
      reload?.stop();
      manager.stopping(LAST_MS);
      await web.stop();
      await redirecting?.stop();
      await server.stop(lastMs);
      manager.stopped();
    }
  } finally {
    view.close();
    await switches?.stop();
    store.close();
    daemonLog.close();
  }
}
