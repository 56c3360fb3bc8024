import { err, ok, type Result } from '../result.ts';
import { replaceUnsafe } from '../text/unsafe.ts';

/** A command as the operator wrote it, taken apart into words; placeholders stand inside words. */
export interface ArgvTemplate {
  readonly words: readonly string[];
  /** Names of the placeholders that occur. */
  readonly placeholders: ReadonlySet<string>;
}

const PLACEHOLDER = /\{\{([^{}]*)\}\}|\{([a-z][a-z-]*)\}/g;

/**
 * Reads a command template: words separated by blanks, quotes and backslashes as in a shell, and placeholders such as `{mac}`.
 * No shell ever sees it: a value is always part of one word, whatever characters it holds. `{{word}}` is the literal
 * `{word}`. Unknown placeholders are refused, and so is one in the name of the program.
 */
export function parseArgvTemplate(text: string, known: readonly string[]): Result<ArgvTemplate, string> {
  const split = splitWords(text);
  if (!split.ok) return split;
  const [program] = split.value;
  if (program === undefined || program === '') return err('it names no program');
  if (placeholdersIn(program).length > 0) return err(`the program itself ("${program}") must not depend on the phone`);
  const placeholders = new Set(split.value.flatMap(placeholdersIn));
  const unknown = [...placeholders].find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const list = known.map((name) => `{${name}}`).join(' ');
    return err(`{${unknown}} is not known; write ${list}, or {{${unknown}}} for the text itself`);
  }
  const open = split.value.flatMap(openBracesIn).find((name) => known.includes(name));
  if (open !== undefined) return err(`{${open} is not closed; write {${open}}`);
  return ok({ words: split.value, placeholders });
}

/** The command for these values: program first. A value that is null is empty; control characters become blanks. */
export function fillArgvTemplate(
  template: ArgvTemplate,
  values: Readonly<Record<string, string | number | null>>,
): readonly string[] {
  return template.words.map((word) =>
    word.replace(PLACEHOLDER, (_, literal: string | undefined, name: string | undefined) =>
      name === undefined ? `{${literal}}` : plain(String(values[name] ?? '')),
    ),
  );
}

function placeholdersIn(word: string): string[] {
  return [...word.matchAll(PLACEHOLDER)].flatMap(([, , name]) => (name === undefined ? [] : [name]));
}

/** The words behind braces that no other brace closes. */
function openBracesIn(word: string): string[] {
  return [...word.replace(PLACEHOLDER, '').matchAll(/\{([a-z][a-z-]*)/g)].flatMap(([, name]) => name ?? []);
}

/** No program takes a NUL, and a line break could end a line of whatever log the command writes. */
function plain(value: string): string {
  return replaceUnsafe(value, () => ' ');
}

function splitWords(text: string): Result<string[], string> {
  const words: string[] = [];
  let word: string | null = null;
  let quote: '"' | "'" | null = null;
  for (let i = 0; i < text.length; i++) {
    const char = text[i] as string;
    if (quote !== null) {
      if (char === quote) quote = null;
      else if (char === '\\' && quote === '"' && /["\\]/.test(text[i + 1] ?? '')) word += text[++i] as string;
      else word += char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= '';
    } else if (char === '\\') {
      if (i + 1 >= text.length) return err('it ends with a lone backslash');
      word = `${word ?? ''}${text[++i]}`;
    } else if (/\s/.test(char)) {
      if (word !== null) words.push(word);
      word = null;
    } else {
      word = `${word ?? ''}${char}`;
    }
  }
  if (quote !== null) return err(`a ${quote} is not closed`);
  if (word !== null) words.push(word);
  return ok(words);
}
