import type { ConfigFinding, Severity } from '../../core/config-check/finding.ts';
import type { Meaning, Paint } from './paint.ts';
import { printable } from './printable.ts';

const MEANING: Readonly<Record<Severity, Meaning>> = {
  'will not work': 'needs a hand',
  'works badly': 'working',
  harmless: 'beside the point',
};

/** Where it is, how bad it is and what is wrong; below it what the phone does, and how to mend it. */
export function findingText(
  { file, at, code, severity, place, wrong, phone, mend }: ConfigFinding,
  paint: Paint,
): string {
  const where = at === null ? printable(file) : `${printable(file)}:${at.line}:${at.column}`;
  const end = mend.endsWith('?') ? '' : '.';
  return (
    `${where}: ${paint(MEANING[severity], severity)}: ${printable(place)}: ${printable(wrong)} [${code}]\n` +
    `  The phone: ${printable(phone)}. To mend: ${printable(mend)}${end}\n`
  );
}

/** A finding as an object of one line. */
export function findingJson({ file, at, ...rest }: ConfigFinding): string {
  return `${JSON.stringify({ kind: 'finding', file, line: at?.line ?? null, column: at?.column ?? null, ...rest })}\n`;
}
