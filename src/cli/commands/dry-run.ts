import { existsSync } from 'node:fs';
import type { AheadQuestion, PlanAndStart, Road } from '../../app/list/road-ahead.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { CommandContext } from '../command.ts';
import { showDryRun, showPlan } from '../output/plan-text.ts';
import { databasePath } from '../settings/values.ts';
import { withDatabase } from '../wiring.ts';

/** Shows what `upgrade` would do: from what is stated, else from what the record knows of the phone. Opens no server and writes nothing. */
export async function dryRun(
  { settings, io }: CommandContext,
  road: Road,
  question: AheadQuestion & { readonly mac: MacAddress },
): Promise<number> {
  const isJson = settings.isOn('json');
  const { mac, from } = question;
  const flags = settings.typed(['config', 'db', 'firmware']);
  const brief = settings.isOn('details')
    ? null
    : { mac, flags: [...settings.typed(['from', 'model']), ...flags], isShort: true };
  if (road.plan === null) {
    const known = await planFromRecord({ settings, io }, question);
    if (known !== null) return showPlan(io, known.plan, known.from, isJson, brief);
  }
  return showDryRun(io, road, { mac, from }, isJson, brief);
}

/** The road of a phone that has shown what it runs; null where the record does not tell. */
async function planFromRecord(
  { settings, io }: Pick<CommandContext, 'settings' | 'io'>,
  question: AheadQuestion & { readonly mac: MacAddress },
): Promise<PlanAndStart | null> {
  if (!existsSync(databasePath(settings, io.env))) return null;
  const record = await withDatabase(settings, io, 'reader', (store) => store.phone(question.mac));
  if (record === null) return null;
  const { planOfRecord } = await import('../../app/list/road-of-record.ts');
  const found = planOfRecord({ ...question, record });
  // Neither the phone nor the operator has told what runs.
  return found.from === null ? null : found;
}
