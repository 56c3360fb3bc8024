import { SealedBook } from '../../adapters/accounts/sealed-book.ts';
import { statusOf } from '../../app/told/phone-status.ts';
import type { Account } from '../../core/account/account.ts';
import { readPbxPlace } from '../../core/account/pbx-place.ts';
import { AppError } from '../../core/errors.ts';
import { PBX_KINDS } from '../../core/pbx/pbx.ts';
import { linesOf, type PbxLine, type PbxPhone } from '../../core/pbx/pbx-line.ts';
import { countText } from '../../core/text/amounts.ts';
import type { Store } from '../../ports/store.ts';
import type { CommandContext } from '../command.ts';
import { writeText } from '../output/fit-text.ts';
import { printable } from '../output/printable.ts';
import { writeSecrets } from '../output/write-folder.ts';
import { accountsKeyPath, needed } from '../settings/values.ts';
import { withDatabase } from '../wiring.ts';

/** `loadstep pbx asterisk` and the like. */
export async function writeForPbx(name: string, { settings, io, flags }: CommandContext): Promise<number> {
  const kind = PBX_KINDS.find((one) => one.name === name);
  if (kind === undefined) throw new Error(`no kind ${name}`);
  const place = settings.read('pbx', (text) => readPbxPlace(text));
  if (kind.needsPlace) needed(place, 'pbx', 'pbx.example');
  const [folder, context] = [
    String(flags.out),
    contextOf(flags.context ?? (name === 'freeswitch' ? 'default' : 'from-phones')),
  ];
  const lines = await withDatabase(settings, io, 'reader', (store) => {
    const accounts = new SealedBook(store, accountsKeyPath(settings, io.env)).all();
    if (accounts.length === 0) {
      throw new AppError('E_BAD_USAGE', 'there are no accounts yet; take some with "loadstep accounts import"');
    }
    return linesFor(accounts, store);
  });
  const wish = { lines, place, context, hasG722: flags.g722 === true };
  const files = kind.files(wish);
  writeSecrets(folder, files);
  const steps = kind.steps(wish, folder);
  if (settings.isOn('json')) {
    const summary = {
      kind: name,
      out: folder,
      files: files.map((file) => file.name),
      extensions: lines.map(({ extension }) => extension),
      steps,
    };
    io.stdout.write(`${JSON.stringify(summary)}\n`);
    return 0;
  }
  const names = files.map((file) => file.name).join(', ');
  const told = `${countText(lines.length, 'extension')} written for ${kind.product}: ${names} in ${folder}`;
  const secret = 'These files hold passwords. What remains to be done:';
  writeText(
    io.stdout,
    [told, secret, ...steps.map((step, at) => `${at + 1}. ${step}`)].map((line) => `${printable(line)}\n`).join(''),
  );
  return 0;
}

/** The lines of accounts, with what the record knows of their phones. */
export function linesFor(accounts: readonly Account[], store: Store): readonly PbxLine[] {
  const records = new Map(store.phones().map((record) => [record.mac, record]));
  const lines = linesOf(accounts, ({ mac, label }): PbxPhone => {
    const record = records.get(mac);
    if (record === undefined) return { mac, label, model: null, load: null, isLanded: false };
    const { state, target, model, label: listed } = statusOf(record);
    return { mac, label: label ?? listed, model, load: target, isLanded: state === 'landed' };
  });
  if (!lines.ok) throw new AppError('E_BAD_USAGE', lines.error);
  return lines.value;
}

function contextOf(text: unknown): string {
  if (/^[A-Za-z0-9_-]{1,79}$/.test(String(text))) return String(text);
  throw new AppError('E_BAD_USAGE', `--context: "${text}" is no name of a context; write letters, digits, _ and -`);
}
