import { systemClock } from '../../adapters/system-clock.ts';
import type { Wish } from '../../app/list/enrol.ts';
import { checkRoad } from '../../app/list/road-ahead.ts';
import { AppError } from '../../core/errors.ts';
import { knownLoads } from '../../core/plan/loads-at-hand.ts';
import { addressesFor } from '../../server/own-addresses.ts';
import { syntheticWarning } from '../../server/synthetic-warning.ts';
import type { CommandContext, CommandSpec } from '../command.ts';
import { INTERRUPTED } from '../io.ts';
import { liveOut } from '../output/live-out.ts';
import type { LiveView } from '../output/live-view.ts';
import { fromOf, listenOf, modelOf, neededMac, neededTarget, oneMac, timeoutOf } from '../settings/values.ts';
import { loadMatrix, openFirmware, openLog } from '../wiring.ts';
import { dryRun } from './dry-run.ts';
import { viewOn } from './followed-view.ts';
import { upgradeCommand } from './mistaken-phone.ts';
import { pickPhone } from './pick-phone.ts';
import { convert, type UpgradeRun } from './upgrade-run.ts';

const DESCRIPTION = `Converts one phone and stays until it has landed or is held. Start it, then connect the phone's power: loadstep works out which software runs from the files that the phone asks for. If a server already works on the same database, the phone is put on its list and followed there. Without --mac, on a terminal, the phones that ask are shown, and you choose one.`;

/** `loadstep upgrade`: converts one phone. */
export const UPGRADE: CommandSpec = {
  name: 'upgrade',
  summary: 'convert one phone and stay until it has landed',
  description: DESCRIPTION,
  settings: [
    'mac',
    'target',
    'from',
    'model',
    'label',
    'listen',
    'timeout',
    'dry-run',
    'details',
    'root',
    'single-port',
    'data-plane',
    'verbose',
    'bell',
    'allow-unverified',
    'accounts-key',
  ],
  settingHelp: { 'accounts-key': 'the key that opens the switches, where a killed server left a port without power' },
  examples: [
    'loadstep upgrade --mac 0018B9C0FFEE --target P0S3-08-11-00',
    'loadstep upgrade --mac 00:18:b9:c0:ff:ee --target P0S3-08-11-00 --listen 0.0.0.0:1069 --timeout 40m',
    'loadstep upgrade --mac 0018B9C0FFEE --target P0S3-08-11-00 --from P0030301MFG2 --dry-run',
  ],
  run: (context) => convertPhone(context),
};

/** What `upgrade` does; `onListening` is told where the server listens, once it does, and how to end all of it with an error. */
export async function convertPhone(
  context: CommandContext,
  onListening: UpgradeRun['onListening'] = () => {},
  isRehearsal = false,
): Promise<number> {
  const { settings, io } = context;
  const matrix = await loadMatrix();
  const known = knownLoads(matrix);
  const isJson = settings.isOn('json');
  // A person can be asked which phone; a script has to say.
  const mayAsk = io.stdin.isTerminal && io.stdout.isTerminal && !isJson && !settings.isOn('dry-run');
  const mac = mayAsk ? oneMac(settings) : neededMac(settings);
  const asked: Omit<Wish, 'mac'> = {
    target: neededTarget(settings, known),
    from: fromOf(settings, known),
    model: modelOf(settings),
    label: settings.text('label'),
  };
  if (settings.isOn('details') && !settings.isOn('dry-run'))
    throw new AppError('E_BAD_USAGE', '--details is for --dry-run; give both, or neither');
  const listen = listenOf(settings);
  const timeoutMs = timeoutOf(settings);
  let sayLost: (lines: number) => void = () => {};
  const out = liveOut(io.stdout, (lines) => sayLost(lines));
  const view = viewOn(out, settings);
  try {
    const log = await openLog(settings, io, view.aside);
    sayLost = (lines) => log.warn({ event: 'output.lost', lines });
    const firmware = await openFirmware(settings, io, matrix);
    // Everything that can be refused is refused before a server is opened.
    const { target, from, model } = asked;
    const question = { matrix, index: firmware.index(), target, from, model };
    const road = checkRoad(question);
    if (settings.isOn('dry-run') && mac !== null) return await dryRun(context, road, { ...question, mac });
    if (road.note !== null) view.say(road.note);
    for (const warning of road.plan?.warnings ?? []) view.say(`Note: ${warning}`);
    const synthetic = syntheticWarning(firmware.index(), listen);
    if (synthetic !== null) callOut({ io, view, isJson }, synthetic);
    const clock = systemClock();
    const beganAt = clock.now();
    const addresses = addressesFor(listen.address);
    const parts = { firmware, matrix, listen };
    const picking = { context, parts, clock, log, view, timeoutMs, addresses, target: road.target };
    const picked = mac === null ? await pickPhone(picking) : { mac, listen, notChosen: [] };
    if (picked === null) return INTERRUPTED;
    const wish = { ...asked, mac: picked.mac, target: road.target };
    const run: UpgradeRun = {
      context,
      wish,
      matrix,
      timeoutMs,
      startedAt: clock.now(),
      beganAt,
      view,
      clock,
      log,
      onListening,
      isRehearsal,
      notChosen: picked.notChosen,
      goOn: mac === null ? upgradeCommand(settings, picked.mac) : null,
    };
    return await convert(run, { firmware, matrix, listen: picked.listen }, () => firmware.reload());
  } finally {
    view.close();
  }
}

/** With --json nothing but events is on standard output. */
function callOut(to: Pick<CommandContext, 'io'> & { view: LiveView; isJson: boolean }, text: string): void {
  if (to.isJson) to.io.stderr.write(`loadstep: ${text}\n`);
  else to.view.call(text);
}
