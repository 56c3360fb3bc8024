import { err, ok, type Result } from '../result.ts';

/** What 79xx phones take for a password: the limit was measured on a 7962, and the phones' SIP stack has room for one character more. */
export const PASSWORD_LENGTH = { least: 8, most: 30 } as const;
/** One guide claims parse errors above it; nobody has confirmed that. */
const CLAIMED_LENGTH = 12;
/** Keys of lines on the largest phone with two expansion modules. */
export const MOST_LINES = 36;
/** What the phones keep of a display name. */
const NAME_LENGTH = 32;
/** The measured limit of a user name for the digest. */
const AUTH_NAME_LENGTH = 74;

/** What may stand in a SIP user and in every file that it goes into. The length is invented: the phones' limit is 127. */
const SIP_USER = /^[A-Za-z0-9][A-Za-z0-9._+*-]{0,39}$/;

/** Reads an extension: the SIP user of a line. */
export function readExtension(text: string): Result<string, string> {
  if (SIP_USER.test(text)) return ok(text);
  if (text === '') return err('it has no extension; write one such as 201');
  return err(`"${text}" is not an extension that is known to work; write letters, digits and . _ + * - such as 201`);
}

/** Reads the name of the digest, where it differs from the extension. */
export function readAuthName(text: string): Result<string, string> {
  if (/^[A-Za-z0-9][A-Za-z0-9._+*-]*$/.test(text) && text.length <= AUTH_NAME_LENGTH) return ok(text);
  return err(`"${text}" is not a name for the digest that is known to work; leave it out where it is the extension`);
}

/** Reads a display name; one that is too long for a phone is cut, which is for the caller to say. */
export function readName(text: string): Result<string, string> {
  if (/[\p{Cc}\p{Cs}\u2028\u2029"<>;\\]/u.test(text)) {
    return err(`the name "${text}" has a sign in it that PBX and phones take for something else: leave out " < > ; \\`);
  }
  return ok([...text].slice(0, NAME_LENGTH).join(''));
}

/** Why a phone cannot use this password; null when it can. The text does not contain the password. */
export function passwordFault(password: string): string | null {
  const { least, most } = PASSWORD_LENGTH;
  if (password === '') return 'it has no password; write one, or the word generate';
  if (password.length > most) {
    return `its password has ${password.length} characters, and these phones take ${most} (a longer one is cut, and the PBX refuses the phone for ever)`;
  }
  if (!/^[A-Za-z0-9]+$/.test(password)) {
    return 'its password has other signs than A-Z, a-z and 0-9, and it is not known which of them arrive in a phone';
  }
  if (password.length < least) return `its password has ${password.length} characters; give it ${least} to ${most}`;
  return null;
}

/** What is doubtful about a password that a phone can use; null when nothing is. */
export function passwordDoubt(password: string): string | null {
  if (password.length <= CLAIMED_LENGTH) return null;
  return `its password has ${password.length} characters; 30 were measured to work on a 7962, but one guide for the 7942 says that more than ${CLAIMED_LENGTH} give parse errors`;
}
