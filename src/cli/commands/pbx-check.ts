import { SealedBook } from '../../adapters/accounts/sealed-book.ts';
import { AppError } from '../../core/errors.ts';
import { readAsterisk } from '../../core/pbx/asterisk-says.ts';
import { type CheckedExtension, checkAsterisk } from '../../core/pbx/check-asterisk.ts';
import type { PbxLine } from '../../core/pbx/pbx-line.ts';
import type { CommandContext } from '../command.ts';
import { writeRemark } from '../error-line.ts';
import { readTextFile } from '../list-file/account-source.ts';
import { lookOn, writeText } from '../output/fit-text.ts';
import { checkedJson, checkedText } from '../output/pbx-text.ts';
import { printable } from '../output/printable.ts';
import { accountsKeyPath } from '../settings/values.ts';
import { withDatabase } from '../wiring.ts';
import { linesFor } from './pbx-actions.ts';

/** `loadstep pbx check`. */
export async function checkPbx(context: CommandContext): Promise<number> {
  const { settings, io, args } = context;
  const files = await Promise.all(args.map(readTextFile));
  const said = readAsterisk(files.map(({ text }) => text).join('\n'));
  if (said === null) {
    throw new AppError(
      'E_BAD_USAGE',
      `nothing in ${files.map(({ name }) => name).join(', ')} is what Asterisk prints of PJSIP; type for example: asterisk -rx "pjsip show endpoint 201" | loadstep pbx check -`,
    );
  }
  const lines = await accountsHere(context);
  const checked = checkAsterisk(said, lines);
  if (checked.length === 0) {
    throw new AppError(
      'E_BAD_USAGE',
      'no account is kept here, no 79xx is registered there, and no settings were printed; type also: asterisk -rx "pjsip show endpoint 201"',
    );
  }
  if (settings.isOn('json')) for (const one of checked) io.stdout.write(checkedJson(one));
  else writeText(io.stdout, checkedText(checked, lookOn(io.stdout)));
  tellUnseen(checked, (text) => writeRemark(io.stderr, `loadstep: ${printable(text)}\n`));
  return checked.some(({ faults }) => faults.some(({ level }) => level === 'bad')) ? 3 : 0;
}

/** Settings of which nothing is known are not called good. */
function tellUnseen(checked: readonly CheckedExtension[], say: (text: string) => void): void {
  const unseen = checked.filter(({ hasSettings, isThere }) => !hasSettings && isThere !== false);
  const [first] = unseen;
  if (first === undefined) return;
  const which = unseen.length === 1 ? first.extension : `${unseen.length} extensions`;
  say(
    `the settings of ${which} were not among it; for those type: asterisk -rx "pjsip show endpoint ${first.extension}"`,
  );
}

/** None where there is no record; the check then looks at what Asterisk says alone. */
async function accountsHere({ settings, io }: CommandContext): Promise<readonly PbxLine[]> {
  try {
    return await withDatabase(settings, io, 'reader', (store) =>
      linesFor(new SealedBook(store, accountsKeyPath(settings, io.env)).all(), store),
    );
  } catch (error) {
    if (error instanceof AppError && error.code === 'E_DB_MISSING') return [];
    throw error;
  }
}
