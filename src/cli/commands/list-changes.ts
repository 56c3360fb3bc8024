import { statusOf } from '../../app/status.ts';
import { AppError } from '../../core/errors.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { Store } from '../../ports/store.ts';
import type { CommandContext, CommandSpec } from '../command.ts';
import { type Enrolled, enrolFor, type Wish } from '../enrolling.ts';
import { readWishes } from '../enrolment-list.ts';
import { countText } from '../output/printable.ts';
import { fromOf, modelOf, neededMacs, neededTarget } from '../values.ts';
import { withDatabase } from '../wiring.ts';

const CSV_HELP = `A list has a header; mac is needed, target too unless --target is given; model, from, label, extension, batch, port and serial may be left out, and other columns are ignored. Bad rows are named by their line, good rows are taken, and the exit code is then 2.`;

/** `loadstep enroll`: puts phones on the list. */
export const ENROLL: CommandSpec = {
  name: 'enroll',
  summary: 'put phones on the list, also while a server runs',
  description: `Puts phones on the list, also while a server runs. Enrolling a phone again changes its target.\n\n${CSV_HELP}`,
  settings: ['mac', 'target', 'from', 'model', 'label', 'batch', 'port', 'serial', 'from-csv'],
  several: ['mac'],
  examples: [
    'loadstep enroll --mac 0018B9C0FFEE --target P0S3-08-11-00 --label "desk 12"',
    'loadstep enroll --mac 0018B9C0FFEE 0018B9C0FFEF --target P0S3-08-11-00 --model 7940',
    'loadstep enroll --from-csv phones.csv --batch "pallet 7"',
  ],
  run: enroll,
};

/** `loadstep release`: takes phones off the list. */
export const RELEASE: CommandSpec = {
  name: 'release',
  summary: 'take phones off the list; their record stays',
  settings: ['mac'],
  several: ['mac'],
  examples: ['loadstep release --mac 0018B9C0FFEE'],
  run: (context) => changeEach(context, 'released', (store, mac) => store.release(mac, Date.now())),
};

/** `loadstep retry`: starts held or landed phones anew. */
export const RETRY: CommandSpec = {
  name: 'retry',
  summary: 'start a held or landed phone anew, towards the same target',
  settings: ['mac'],
  several: ['mac'],
  examples: ['loadstep retry --mac 0018B9C0FFEE'],
  run: (context) => changeEach(context, 'starts anew', (store, mac) => store.retry(mac, Date.now())),
};

async function enroll({ settings, io }: CommandContext): Promise<number> {
  const file = settings.text('from-csv');
  const [batch, port, serial] = [settings.text('batch'), settings.text('port'), settings.text('serial')];
  const words = {
    from: fromOf(settings),
    model: modelOf(settings),
    label: settings.text('label'),
    ...(batch === null ? {} : { batch }),
  };
  const place = { ...(port === null ? {} : { port }), ...(serial === null ? {} : { serial }) };
  const target = file === null || settings.has('target') ? neededTarget(settings) : null;
  const list = file === null ? null : readWishes(file, { ...words, target });
  const wishes: readonly Wish[] =
    list?.wishes ?? neededMacs(settings).map((mac) => ({ ...words, ...place, mac, target: target as Wish['target'] }));
  const isJson = settings.isOn('json');
  await withDatabase(settings, io, 'client', (store) => {
    for (const wish of wishes) {
      const now = Date.now();
      const record = store.phone(wish.mac);
      const outcome = enrolFor(store, wish, now, record === null ? null : statusOf(record));
      io.stdout.write(isJson ? `${JSON.stringify({ ...wish, result: outcome })}\n` : `${outcomeText(wish, outcome)}\n`);
    }
  });
  for (const { line, why } of list?.problems ?? []) io.stderr.write(`loadstep: ${file} line ${line}: ${why}\n`);
  if (list === null || list.problems.length === 0) return 0;
  throw new AppError(
    'E_BAD_USAGE',
    `${countText(list.problems.length, 'row')} of ${file} left out, ${countText(list.wishes.length, 'phone')} taken`,
  );
}

function outcomeText({ mac, target }: Wish, outcome: Enrolled): string {
  const text: Readonly<Record<Enrolled, string>> = {
    new: `is on the list for ${target}`,
    changed: `is on the list, now for ${target}`,
    again: `was held and starts again towards ${target}`,
    'going-on': `is on the list for ${target} already`,
    landed: `has landed on ${target} already`,
  };
  return `${mac} ${text[outcome]}`;
}

/** Does the same to every phone named; those that are not on the list are all named in one error. */
async function changeEach(
  { settings, io }: CommandContext,
  done: string,
  change: (store: Store, mac: MacAddress) => boolean,
): Promise<number> {
  const macs = neededMacs(settings);
  const unknown = await withDatabase(settings, io, 'client', (store) =>
    macs.filter((mac) => {
      if (!change(store, mac)) return true;
      io.stdout.write(settings.isOn('json') ? `${JSON.stringify({ mac, result: done })}\n` : `${mac} ${done}\n`);
      return false;
    }),
  );
  if (unknown.length === 0) return 0;
  const are = unknown.length === 1 ? 'is' : 'are';
  throw new AppError('E_BAD_USAGE', `${unknown.join(', ')} ${are} not on the list; "loadstep status" shows who is`);
}
