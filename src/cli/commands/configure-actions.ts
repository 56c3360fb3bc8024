import { SealedBook } from '../../adapters/accounts/sealed-book.ts';
import { type WrittenFile, writeConfigFiles } from '../../adapters/write-config-files.ts';
import { modelIn } from '../../app/time/learnt-times.ts';
import type { Account } from '../../core/account/account.ts';
import { readLine } from '../../core/account/line-wish.ts';
import { AppError } from '../../core/errors.ts';
import { familyFacts, familyOfModel, type Matrix } from '../../core/matrix/matrix.ts';
import { isJavaFamily, type ModelId } from '../../core/names/family.ts';
import { familyOfLoad, type LoadName } from '../../core/names/load-name.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { ConfiguredPhone, ConfigWish, PhoneConfiguration } from '../../core/phone-config/wish.ts';
import { knownLoads } from '../../core/plan/loads-at-hand.ts';
import { shellWord } from '../../core/text/shell-word.ts';
import type { Enrolment } from '../../ports/store.ts';
import type { CommandContext } from '../command.ts';
import { writeRemark } from '../error-line.ts';
import { writeText } from '../output/fit-text.ts';
import { printable } from '../output/printable.ts';
import { commonSettings, pbxOf } from '../settings/configuring.ts';
import type { Settings } from '../settings/layers.ts';
import { accountsKeyPath, loadOf, modelOf, neededMac } from '../settings/values.ts';
import { loadMatrix, loadPhoneConfig, withDatabase } from '../wiring.ts';
import { madeAlike } from './configure-alike.ts';
import { configSettings, firstLineOf, textOf } from './configure-wish.ts';

/** What the record has of the phone. */
interface Recorded {
  readonly enrolment: Enrolment | null;
  readonly isLanded: boolean;
  readonly model: ModelId | null;
  readonly account: Account | null;
}

/** The phone as far as it is known. */
interface PhoneToConfigure extends Omit<ConfiguredPhone, 'model'> {
  /** Null where nobody said it. */
  readonly model: ModelId | null;
  /** Which it may be: of the family of its load. */
  readonly models: readonly ModelId[];
}

/** A wish with the model as it is known. */
type ShownWish = Omit<ConfigWish, 'settings'> & { readonly model: ModelId | null };

/** `loadstep configure`. */
export async function configure(context: CommandContext): Promise<number> {
  const { settings, io, flags } = context;
  const mac = neededMac(settings);
  const out = textOf(flags, 'out');
  if (out === null) throw new AppError('E_BAD_USAGE', '--out is missing: the folder to write to, such as --out tftp');
  const pbx = pbxOf(settings);
  const recorded = await recordOf(context, mac);
  const matrix = await loadMatrix();
  const phone = phoneOf(settings, textOf(flags, 'load'), mac, recorded, matrix);
  const facts = await loadPhoneConfig();
  const account = accountOf(context, phone, recorded);
  const common = commonSettings(settings, new Date().getUTCFullYear());
  const choices = (model: ModelId) => configSettings(common, flags, model, facts.forms);
  const { wish, files, remarks } = madeAlike({ ...phone, account, pbx, choices, facts });
  const written = writeConfigFiles(out, files, flags.replace === true);
  if (settings.isOn('json'))
    io.stdout.write(`${JSON.stringify(jsonOf({ ...wish, model: phone.model }, { files, remarks }, written))}\n`);
  else writeText(io.stdout, textFor({ ...wish, model: phone.model }, files, written, whereFrom(out, recorded)));
  for (const remark of remarks) writeRemark(io.stderr, `loadstep: ${printable(remark)}\n`);
  return 0;
}

/** A phone that landed without us needs no record. */
async function recordOf({ settings, io, flags }: CommandContext, mac: MacAddress): Promise<Recorded> {
  const needsAccount = textOf(flags, 'extension') === null && flags.parked !== true;
  try {
    return await withDatabase(settings, io, 'reader', (store) => {
      const record = store.phone(mac);
      const enrolment = record?.enrolment ?? null;
      const isLanded = record?.snapshot?.value === 'landed';
      const model = record === null ? null : modelIn(record);
      const account = needsAccount ? new SealedBook(store, accountsKeyPath(settings, io.env)).of(mac) : null;
      return { enrolment, isLanded, model, account };
    });
  } catch (error) {
    if (error instanceof AppError && error.code === 'E_DB_MISSING') {
      return { enrolment: null, isLanded: false, model: null, account: null };
    }
    throw error;
  }
}

function phoneOf(
  settings: Settings,
  said: string | null,
  mac: MacAddress,
  { enrolment, isLanded, model: seen }: Recorded,
  matrix: Matrix,
): PhoneToConfigure {
  const load = said === null ? landedLoad(mac, enrolment, isLanded) : loadOf(said, knownLoads(matrix));
  const model = modelOf(settings) ?? seen;
  if (model !== null) refuseOtherFamily(load, model, matrix);
  const family = familyOfLoad(load);
  const ofFamily = family === null ? [] : (familyFacts(matrix, family)?.models ?? []).map((one) => one.model);
  const models = model === null ? ofFamily : [model];
  return { mac, model, models, load, label: settings.text('label') ?? enrolment?.label ?? null };
}

function landedLoad(mac: MacAddress, enrolment: Enrolment | null, isLanded: boolean): LoadName {
  if (enrolment !== null && isLanded) return enrolment.target;
  const why = enrolment === null ? `nothing is known of ${mac}` : `${mac} has not landed`;
  throw new AppError('E_BAD_USAGE', `${why}; say with --load which SIP load it runs, as its display shows it`);
}

function refuseOtherFamily(load: LoadName, model: ModelId, matrix: Matrix): void {
  if (familyOfModel(matrix, model) === familyOfLoad(load)) return;
  throw new AppError('E_WRONG_FAMILY', `${load} is no load of a ${model}; check --load and --model`);
}

function accountOf({ flags }: CommandContext, { mac, label }: PhoneToConfigure, recorded: Recorded): Account | null {
  const extension = textOf(flags, 'extension');
  if (flags.parked === true) {
    if (extension !== null) throw new AppError('E_BAD_USAGE', '--parked and --extension exclude each other; give one');
    return null;
  }
  if (extension === null) {
    if (recorded.account !== null) return recorded.account;
    throw new AppError(
      'E_BAD_USAGE',
      `no account is kept for ${mac}; keep one with "loadstep accounts set", give --extension and --password-file, or park the phone with --parked`,
    );
  }
  const password = firstLineOf(flags, 'passwordFile');
  if (password === null) {
    throw new AppError('E_BAD_USAGE', '--password-file is missing: a file whose first line is the password, or -');
  }
  const read = readLine({
    line: '1',
    extension,
    name: textOf(flags, 'name') ?? '',
    authName: textOf(flags, 'authName') ?? '',
    // The word generate has no meaning here: the PBX would not know what was made.
    password: /^generate$/i.test(password) ? '' : password,
  });
  if (!read.ok) throw new AppError('E_ACCOUNT_REFUSED', `extension ${extension}: ${read.error}`);
  return { mac, label, lines: [{ ...read.value.wish, password }] };
}

function extensionsOf({ account }: Pick<ConfigWish, 'account'>): readonly string[] {
  return (account?.lines ?? []).map(({ extension }) => extension);
}

function jsonOf(wish: ShownWish, { files, remarks }: PhoneConfiguration, written: readonly WrittenFile[]): object {
  const { mac, load } = wish.phone;
  const { model } = wish;
  return {
    mac,
    model,
    load,
    extensions: extensionsOf(wish),
    pbx: wish.pbx,
    files: files.map(({ name, kind, content }, i) => ({
      name,
      kind,
      bytes: content.length,
      result: written[i]?.result,
    })),
    remarks,
  };
}

function textFor(
  wish: ShownWish,
  files: PhoneConfiguration['files'],
  written: readonly WrittenFile[],
  where: string,
): string {
  const { mac, load } = wish.phone;
  const { model } = wish;
  const width = Math.max(...files.map(({ name }) => name.length));
  const lines = files.map(
    ({ name, words }, i) => `  ${name.padEnd(width)}  ${words}${written[i]?.result === 'same' ? ' (was there)' : ''}\n`,
  );
  return `${mac}${model === null ? '' : `, ${model}`} on ${load}: ${whereTo(wish)}\n${lines.join('')}${nextSteps(wish, where)}`;
}

function whereTo(wish: ShownWish): string {
  const { account, pbx } = wish;
  if (account === null || pbx === null) return 'parked, registers nowhere';
  return `${extensionsOf(wish).join(', ')} at ${pbx.host}:${pbx.port}`;
}

/** From where the phone gets its files: loadstep shows no phone a load that it may not be at. */
function whereFrom(out: string, { enrolment, isLanded }: Recorded): string {
  const own = `Put what is in ${out} into the root of your TFTP server`;
  const serve = `loadstep serve --root ${shellWord(out)}`;
  if (isLanded) return `${own}, or let loadstep give it out (${serve})`;
  if (enrolment !== null) return `${own}; loadstep gives it out once the phone has landed (${serve})`;
  return `${own}, or let loadstep give it to phones that are not on its list (${serve} --root-loads bystanders)`;
}

function nextSteps({ phone, account }: ShownWish, where: string): string {
  const steps = [
    `${where}${account === null ? '' : ': these files hold passwords, so nobody else should read the folder'}.`,
    isJavaFamily(familyOfLoad(phone.load) ?? '79x0')
      ? 'Restart the phone, unless it shows Unprovisioned: then it comes for the file by itself.'
      : 'Restart the phone.',
    ...(account === null
      ? []
      : [
          'At the PBX: no forced rport, no rewritten Contact, MD5, and the same password. "loadstep pbx" writes that for the accounts that are kept.',
        ]),
  ];
  return `What to do:\n${steps.map((step, i) => `  ${i + 1}. ${step}\n`).join('')}`;
}
