import { type PlanAndStart, planFrom } from '../../app/list/road-ahead.ts';
import { AppError } from '../../core/errors.ts';
import { syntheticNote } from '../../core/firmware/describe.ts';
import type { FirmwareIndex } from '../../core/firmware/package.ts';
import { familyOfLoad, type LoadName } from '../../core/names/load-name.ts';
import { knownLoads } from '../../core/plan/loads-at-hand.ts';
import type { Plan } from '../../core/plan/plan.ts';
import type { CommandContext, CommandSpec } from '../command.ts';
import { writeText } from '../output/fit-text.ts';
import { showPlan } from '../output/plan-text.ts';
import type { SettingKey } from '../settings/settings.ts';
import { fromOf, loadOf, modelOf, neededTarget, oneMac } from '../settings/values.ts';
import { loadMatrix, openFirmware, withDatabase } from '../wiring.ts';

/** `loadstep plan`: the road to a target, without a phone. */
export const PLAN: CommandSpec = {
  name: 'plan',
  summary: 'show every hop to a target, which file names its load, and why; needs no phone',
  description:
    'Shows every hop to a target: which file will name the load, why, and which firmware files are there; with --details also ' +
    'what those files will say, word for word, and the sources. Nothing is sent. With --mac the record of that phone says what it runs.',
  settings: ['from', 'target', 'model', 'mac', 'allow-unverified', 'details'],
  settingHelp: { mac: 'a phone that the record knows, in place of --from', from: 'the load that runs now' },
  examples: [
    'loadstep plan --from P0030301MFG2 --target P0S3-08-11-00 --model 7940',
    'loadstep plan --from SCCP41.8-3-2S --target SIP41.9-2-1S --json',
    'loadstep plan --mac 0018B9C0FFEE --details',
  ],
  run: plan,
};

/** Exit code of everything that stands in the way of a road. */
const NO_PLAN = 3;

/** What leads to the record and the firmware. */
const PLACE: readonly SettingKey[] = ['config', 'db', 'firmware'];

async function plan({ settings, io }: CommandContext): Promise<number> {
  const isJson = settings.isOn('json');
  try {
    const { plan, from, index } = await makePlan({ settings, io });
    const brief = settings.isOn('details') ? null : { mac: oneMac(settings), flags: settings.typed(PLACE) };
    const code = showPlan(io, plan, from, isJson, brief);
    const note = plan.ok && !isJson ? syntheticNote(syntheticOn(plan, index)) : null;
    if (note !== null) writeText(io.stdout, `${note}\n`);
    return code;
  } catch (error) {
    if (isJson && error instanceof AppError && error.exitCode === NO_PLAN) showRefusal(io, error);
    throw error;
  }
}

/** The loads of a road whose packages were written for emulated phones. */
function syntheticOn({ hops }: Plan, { packages }: FirmwareIndex): string[] {
  const isSynthetic = (id: string) => packages.some((one) => one.id === id && one.isSynthetic === true);
  return [...new Set(hops.filter((hop) => isSynthetic(hop.package)).map(({ load }) => load))];
}

async function makePlan({
  settings,
  io,
}: Pick<CommandContext, 'settings' | 'io'>): Promise<PlanAndStart & { readonly index: FirmwareIndex }> {
  const mac = oneMac(settings);
  const matrix = await loadMatrix();
  const known = knownLoads(matrix);
  const from = fromOf(settings, known);
  const model = modelOf(settings);
  if (mac === null || from !== null) {
    const target = neededTarget(settings, known);
    const start = from ?? refuseUnknownStart(target);
    const index = (await openFirmware(settings, io, matrix)).index();
    return { plan: planFrom({ matrix, index, from: start, target, model }), from: start, index };
  }
  const target = settings.text('target');
  const record = await withDatabase(settings, io, 'reader', (store) => store.phone(mac));
  if (record === null) throw new AppError('E_BAD_USAGE', `nothing is known of ${mac}; give --from LOAD, or enroll it`);
  const index = (await openFirmware(settings, io, matrix)).index();
  // Records are checked as they are read, by far more code than a plan from one load to another needs.
  const { planOfRecord } = await import('../../app/list/road-of-record.ts');
  const asked = { record, target: target === null ? null : loadOf(target, known), model };
  return { ...planOfRecord({ matrix, index, ...asked }), index };
}

/** Nobody is to plan from a load that only stands in an example. */
function refuseUnknownStart(target: LoadName): never {
  const which = `--family ${familyOfLoad(target) ?? 'FAMILY'}`;
  throw new AppError(
    'E_BAD_USAGE',
    '--from is missing: the load that runs now, such as --from P0030301MFG2. Where it is not known, "loadstep upgrade" finds it out from what the ' +
      `phone asks, and "loadstep firmware needed ${which} --target ${target}" tells what it may need`,
  );
}

/** With --json there is one line either way: also when there is no firmware, or a load that nobody knows. */
function showRefusal(io: CommandContext['io'], error: AppError): void {
  io.stdout.write(`${JSON.stringify({ ready: false, code: error.code, reasons: [error.message] })}\n`);
}
