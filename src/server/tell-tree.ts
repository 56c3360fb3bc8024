import type { RootLoads } from '../app/fleet-options.ts';
import { statusOf } from '../app/told/phone-status.ts';
import { readOwnFile } from '../core/answer/own-file.ts';
import { AppError } from '../core/errors.ts';
import { classifyName } from '../core/names/asked-name.ts';
import { type LoadName, parseLoadName } from '../core/names/load-name.ts';
import type { Log } from '../ports/log.ts';
import type { StaticRoot } from '../ports/static-root.ts';
import type { PhoneRecord, Store } from '../ports/store.ts';
import { rootLoadsText, unreadableText } from './root-loads-text.ts';

/** So many files are named where the server starts (invented). */
const MOST_NOT_GIVEN = 3;

/** A tree that holds loads is one that has flashed phones so far: it is said what becomes of that, and what of it cannot be read. */
export async function tellTree(
  root: StaticRoot,
  folder: string | null,
  rootLoads: RootLoads | 'beside',
  store: Pick<Store, 'phones'>,
  log: Log,
): Promise<void> {
  const { loads: found, named = [], unreadable } = await root.survey();
  const records = recordsIn(store);
  const loads = await loadsToTell(root, found, records);
  if (loads.length > 0) {
    const reason = rootLoadsText({ loads, named }, rootLoads, 'some');
    log.warn({ event: 'root.holds-loads', folder, files: loads.length, reason });
  }
  const notGiven = rootLoads === 'beside' ? [] : await ownFilesNotGiven(root, found, records);
  for (const reason of notGiven.slice(0, MOST_NOT_GIVEN)) log.warn({ event: 'root.own-file', folder, reason });
  if (notGiven.length > MOST_NOT_GIVEN) {
    const reason = `${notGiven.length - MOST_NOT_GIVEN} more files of phones on the list will not be given to them; "loadstep serve --check-config" names them`;
    log.warn({ event: 'root.own-file', folder, files: notGiven.length, reason });
  }
  if (unreadable.length === 0) return;
  log.warn({
    event: 'root.unreadable-files',
    folder,
    files: unreadable.length,
    reason: unreadableText(unreadable, 'some'),
  });
}

/** A record that cannot be read just now is told of where it is needed; here it only leaves a file more in the warning. */
function recordsIn(store: Pick<Store, 'phones'>): readonly PhoneRecord[] {
  try {
    return store.phones();
  } catch (error) {
    if (error instanceof AppError) return [];
    throw error;
  }
}

/** Files of the tree that are a load or name one, without those that a landed phone gets as they are: its own, naming the load that it runs. */
export async function loadsToTell(
  root: StaticRoot,
  files: readonly string[],
  records: readonly PhoneRecord[],
): Promise<readonly string[]> {
  const landed = new Map(
    records.flatMap((record) => {
      const { state, mac, target } = statusOf(record);
      return state === 'landed' && target !== null ? [[mac, target] as const] : [];
    }),
  );
  const told: string[] = [];
  for (const file of files) {
    const asked = classifyName(file);
    const runs = asked.mac === null ? undefined : landed.get(asked.mac);
    const load = runs === undefined ? null : parseLoadName(runs);
    const isOwn = asked.kind === 'sip-phone' || asked.kind === 'sep-xml';
    // A file in a folder below is asked for by nobody.
    if (!isOwn || load?.ok !== true || file.includes('/')) {
      told.push(file);
      continue;
    }
    const content = await root.read(file);
    const own = content instanceof Uint8Array ? readOwnFile(asked, content, load.value.name) : null;
    if (own?.kind !== 'fits' || own.isMended === true) told.push(file);
  }
  return told;
}

/**
 * Configurations of the tree that phones on the list will not be given once they have landed, a sentence for each: they name a load where
 * nothing replaces it, such as in a comment. Of a file that several phones read, the first that is not given it stands for all.
 */
export async function ownFilesNotGiven(
  root: StaticRoot,
  files: readonly string[],
  records: readonly PhoneRecord[],
): Promise<readonly string[]> {
  const targets = new Map<string, LoadName>();
  for (const { mac, target } of records.map(statusOf)) {
    const load = target === null ? null : parseLoadName(target);
    if (load?.ok === true) targets.set(mac, load.value.name);
  }
  // Only these phones read it.
  const ofDefault = [...targets.values()].find((load) => load.startsWith('P0S3-'));
  const told: string[] = [];
  for (const file of files) {
    const asked = classifyName(file);
    const isShared = asked.kind === 'sip-default';
    const isOwn = (asked.kind === 'sip-phone' || asked.kind === 'sep-xml') && asked.mac !== null;
    const load = isShared ? ofDefault : isOwn ? targets.get(asked.mac ?? '') : undefined;
    if (load === undefined || file.includes('/')) continue;
    const content = await root.read(file);
    const own = content instanceof Uint8Array ? readOwnFile(asked, content, load) : null;
    if (own?.kind !== 'withheld') continue;
    const whom = isShared ? 'phones that have landed' : asked.mac;
    told.push(`${file} will not be given to ${whom}: ${own.reason}. What to do: ${own.advice}`);
  }
  return told;
}
