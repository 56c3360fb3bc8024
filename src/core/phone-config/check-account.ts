import type { Account, AccountLine, PbxPlace } from '../account/account.ts';
import { passwordDoubt, passwordFault, readAuthName, readExtension } from '../account/account-rules.ts';
import { readPbxPlace } from '../account/pbx-place.ts';
import type { ModelId } from '../names/family.ts';
import { type ConfigForms, namesOf, type PhoneConfigFacts } from './facts.ts';
import type { Refusal } from './wish.ts';

/** What is in nobody's name: it would end a line of a file. */
const NO_NAME = /\p{Cc}/u;
/** A line with this name is off (after-landing 1.3, 2.1). */
export const OFF = 'UNPROVISIONED';

/** In the place of a proxy it stands for the CallManager group (after-landing 1.5, 2.1). */
export const CALL_MANAGER = 'USECALLMANAGER';

/** What is wrong with an account for a phone of this model; null when the phone can have it. No password is ever repeated. */
export function accountFault(
  account: Account,
  model: ModelId,
  isJava: boolean,
  facts: PhoneConfigFacts,
): Refusal | null {
  const lines = linesOf(model, facts.forms);
  const longestAuthName = lengthOf(isJava, facts);
  const seen = new Set<number>();
  if (account.lines.length === 0) return refusal('the account has no line; give it an extension');
  for (const line of account.lines) {
    const name = `line ${line.line} (${line.extension})`;
    if (seen.has(line.line)) return refusal(`line ${line.line} stands there twice; give each line a key of its own`);
    seen.add(line.line);
    if (!Number.isInteger(line.line) || line.line < 1 || line.line > lines) {
      return refusal(`a ${model} has ${lines === 1 ? 'one line' : `${lines} lines`}, and ${name} is none of them`);
    }
    const fault = lineFault(line, longestAuthName);
    if (fault !== null) return refusal(`${name}: ${fault}`);
  }
  return null;
}

function lineFault({ extension, name, authName, password }: AccountLine, longestAuthName: number): string | null {
  if (extension === OFF) return `${OFF} stands for no line; give it another extension`;
  for (const read of [readExtension(extension), readAuthName(authName)]) if (!read.ok) return read.error;
  if (authName.length > longestAuthName) return `the name for the digest has more than ${longestAuthName} characters`;
  if (NO_NAME.test(name)) return 'the name has a character that would end a line of the file; take it out';
  return passwordFault(password);
}

/** How long a name for the digest may be. */
function lengthOf(isJava: boolean, { legacyKeys, javaElements }: PhoneConfigFacts): number {
  const form = isJava
    ? javaElements.find(({ path }) => path === 'sipProfile/sipLines/line/authName')?.form
    : legacyKeys.find((key) => namesOf(key).includes('line1_authname'))?.form;
  // The shortest that is known of any phone, should the fact be gone.
  return form !== undefined && 'maxLength' in form ? (form.maxLength ?? 31) : 31;
}

/** What an operator should know of passwords that may be too long all the same, one sentence a line. */
export function passwordRemarks({ lines }: Account): readonly string[] {
  return lines.flatMap(({ line, password }) => {
    const doubt = passwordDoubt(password);
    return doubt === null ? [] : [`line ${line}: ${doubt}`];
  });
}

/** What is wrong with the place of a PBX; null when phones can be told it. */
export function placeFault({ host, port }: PbxPlace): Refusal | null {
  const fault =
    hostFault(host) ?? (Number.isInteger(port) && port >= 1 && port <= 65_535 ? null : `${port} is no port`);
  return fault === null ? null : { code: 'E_CONFIG_REFUSED', message: fault };
}

/** What is wrong with an address or a name; null when it can be written. */
export function hostFault(host: string): string | null {
  if (host === OFF || host === CALL_MANAGER) return `"${host}" means something else to these phones; give the address`;
  const read = readPbxPlace(host);
  if (read.ok && read.value.host === host) return null;
  return `"${host}" is neither an address nor a name that phones can be told`;
}

/** How many lines a model has. */
export function linesOf(model: ModelId, { lines }: ConfigForms): number {
  return lines.find(({ models }) => models.includes(model))?.lines ?? 1;
}

function refusal(message: string): Refusal {
  return { code: 'E_ACCOUNT_REFUSED', message };
}
