import { AppError } from '../../core/errors.ts';
import type { NoPlan, Plan } from '../../core/plan/plan.ts';
import type { CommandContext, CommandSpec } from '../command.ts';
import { fromOf, loadOf, modelOf, needed, neededTarget, oneMac } from '../values.ts';
import { loadMatrix, openFirmware, withDatabase } from '../wiring.ts';
import { planFrom, planOfRecord, showPlan } from './road.ts';

/** `loadstep plan`: the road to a target, without a phone. */
export const PLAN: CommandSpec = {
  name: 'plan',
  summary: 'show every hop to a target, what is published and why; needs no phone',
  description:
    'Shows every hop to a target: what is published in which file, with its exact content, why, from which source, and ' +
    'which files are there. Nothing is sent. With --mac the record of that phone says what runs.',
  settings: ['from', 'target', 'model', 'mac'],
  settingHelp: { mac: 'a phone that the record knows, in place of --from', from: 'the load that runs now' },
  examples: [
    'loadstep plan --from P0030301MFG2 --target P0S3-08-11-00 --model 7940',
    'loadstep plan --from SCCP41.8-3-2S --target SIP41.9-2-1S --json',
    'loadstep plan --mac 0018B9C0FFEE',
  ],
  run: plan,
};

async function plan({ settings, io }: CommandContext): Promise<number> {
  const isJson = settings.isOn('json');
  const mac = oneMac(settings);
  const from = fromOf(settings);
  const model = modelOf(settings);
  let made: Plan | NoPlan;
  let start: string | null = from;
  try {
    if (mac !== null && from === null) {
      const target = settings.text('target');
      const record = await withDatabase(settings, io, 'reader', (store) => store.phone(mac));
      if (record === null)
        throw new AppError('E_BAD_USAGE', `nothing is known of ${mac}; give --from LOAD, or enroll it`);
      const matrix = await loadMatrix();
      const index = (await openFirmware(settings, io, matrix)).index();
      const answer = planOfRecord({ matrix, index, record, target: target === null ? null : loadOf(target), model });
      made = answer.plan;
      start = answer.from;
    } else {
      const target = neededTarget(settings);
      const question = { from: needed(from, 'from', 'P0030301MFG2'), target, model };
      const matrix = await loadMatrix();
      made = planFrom({ ...question, matrix, index: (await openFirmware(settings, io, matrix)).index() });
    }
  } catch (error) {
    if (isJson && error instanceof AppError && error.exitCode === 3) showRefusal(io, error);
    throw error;
  }
  return showPlan(io, made, start, isJson);
}

/** With --json there is one line either way: also when there is no firmware, or a load that nobody knows. */
function showRefusal(io: CommandContext['io'], error: AppError): void {
  io.stdout.write(`${JSON.stringify({ ready: false, code: error.code, reasons: [error.message] })}\n`);
}
