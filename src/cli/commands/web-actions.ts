import { makePassword } from '../../adapters/accounts/make-password.ts';
import { AppError } from '../../core/errors.ts';
import type { WebRole } from '../../ports/web-access.ts';
import { LEAST_PASSWORD, MOST_PASSWORD, newToken, passwordAccess } from '../../web/guard/credentials.ts';
import type { CommandContext } from '../command.ts';
import { readInput } from '../list-file/read-input.ts';
import { dateText } from '../output/printable.ts';
import { withDatabase } from '../wiring.ts';

/** Signs of a password that is made: 116 bits. */
const MADE_LENGTH = 20;

function roleIn(flags: CommandContext['flags'], otherwise: WebRole): WebRole {
  const role = flags.role ?? otherwise;
  if (role === 'look' || role === 'act') return role;
  throw new AppError('E_BAD_USAGE', `--role: "${String(role)}" is not known; choose look or act`);
}

/** `loadstep web password`. */
export async function setPassword({ settings, io, flags }: CommandContext): Promise<number> {
  const role = roleIn(flags, 'act');
  const typed = await typedPassword(flags.passwordFile);
  const password = typed ?? makePassword(MADE_LENGTH);
  const access = await passwordAccess(password, role, Date.now());
  await withDatabase(settings, io, 'client', (store) => store.keepWebAccess(access));
  const made = typed === null ? { password } : {};
  if (settings.isOn('json')) io.stdout.write(`${JSON.stringify({ role, result: 'set', ...made })}\n`);
  else if (typed !== null) io.stdout.write(`The password of those who may ${role} is set.\n`);
  else io.stdout.write(`The password of those who may ${role}, shown this once:\n${password}\n`);
  return 0;
}

async function typedPassword(file: unknown): Promise<string | null> {
  if (typeof file !== 'string') return null;
  const bytes = await readInput(file, 'name a file whose first line is the password, or "-"');
  const password = new TextDecoder().decode(bytes).split(/\r\n|\n|\r/)[0] ?? '';
  if (password.length < LEAST_PASSWORD || password.length > MOST_PASSWORD) {
    throw new AppError(
      'E_BAD_USAGE',
      `a password has ${LEAST_PASSWORD} to ${MOST_PASSWORD} signs; this one has ${password.length}`,
    );
  }
  return password;
}

/** `loadstep web token`. */
export async function makeToken({ settings, io, flags, args }: CommandContext): Promise<number> {
  const [name = ''] = args;
  if (!/^[\w.-]{1,60}$/.test(name) || name === 'look' || name === 'act') {
    throw new AppError(
      'E_BAD_USAGE',
      `"${name}" is no name for a token; take letters and digits, and neither look nor act`,
    );
  }
  const role = roleIn(flags, 'look');
  const { token, access } = newToken(name, role, Date.now());
  await withDatabase(settings, io, 'client', (store) => store.keepWebAccess(access));
  io.stdout.write(
    settings.isOn('json')
      ? `${JSON.stringify({ name, role, result: 'made', token })}\n`
      : `The token "${name}", which may ${role}, shown this once:\n${token}\n`,
  );
  return 0;
}

/** `loadstep web list`. */
export async function listAccesses({ settings, io }: CommandContext): Promise<number> {
  const accesses = await withDatabase(settings, io, 'reader', (store) => store.webAccesses());
  for (const { name, kind, role, madeAt } of accesses) {
    io.stdout.write(
      settings.isOn('json')
        ? `${JSON.stringify({ name, kind, role, madeAt: new Date(madeAt).toISOString() })}\n`
        : `${kind === 'password' ? 'password' : `token ${name}`}, may ${role}, of ${dateText(madeAt)}\n`,
    );
  }
  if (accesses.length === 0 && !settings.isOn('json')) {
    io.stdout.write('Nobody may ask from other machines yet: "loadstep web password" changes that.\n');
  }
  return 0;
}

/** `loadstep web forget`. */
export async function forgetAccess({ settings, io, args }: CommandContext): Promise<number> {
  const [name = ''] = args;
  const isGone = await withDatabase(settings, io, 'client', (store) => store.forgetWebAccess(name));
  if (!isGone) throw new AppError('E_BAD_USAGE', `there is no "${name}"; "loadstep web list" shows what there is`);
  io.stdout.write(
    settings.isOn('json') ? `${JSON.stringify({ name, result: 'forgotten' })}\n` : `${name} is forgotten\n`,
  );
  return 0;
}
