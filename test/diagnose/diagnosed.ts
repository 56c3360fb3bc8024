import { readMatrix } from '../../src/adapters/matrix-reader.ts';
import { matrixFolder } from '../../src/adapters/package-root.ts';
import { BenchLog } from '../../src/core/diagnose/bench-log.ts';
import { diagnose } from '../../src/core/diagnose/diagnose.ts';
import type { PhoneDiagnosis } from '../../src/core/diagnose/diagnosis.ts';
import { heardIn } from '../heard/heard-lines.ts';

const matrix = readMatrix(matrixFolder());

/** Every phone of a log, worst first; `stored` are names in the firmware store. */
export function diagnosed(lines: readonly string[], stored: readonly string[] = []): readonly PhoneDiagnosis[] {
  const bench = new BenchLog();
  for (const heard of heardIn(lines).heard) bench.hear(heard);
  return diagnose(bench, { matrix, storedAs: (lower) => stored.find((name) => name.toLowerCase() === lower) ?? null });
}

/** The only phone of a log. */
export function onlyPhone(lines: readonly string[], stored: readonly string[] = []): PhoneDiagnosis {
  const [phone, ...others] = diagnosed(lines, stored);
  if (phone === undefined || others.length > 0)
    throw new Error(`${others.length + (phone === undefined ? 0 : 1)} phones`);
  return phone;
}

/** Codes with the lines that show them, `P_WRONG_CASE 3`; those that are past in brackets. */
export function codesOf({ faults }: PhoneDiagnosis): string[] {
  return faults.map(({ code, at, isPast }) => (isPast ? `(${code} ${at.line})` : `${code} ${at.line}`));
}

/** Lines of tftpd-hpa: each text is asked by one process, with how it ended behind a blank, as in `OS79XX.TXT -`. */
export function hpa(address: string, texts: readonly string[], from = 0, everyMs = 1000): string[] {
  return texts.flatMap((text, i) => {
    const [name = '', end] = text.split(/ (?=[-+!]$)/);
    const at = new Date(Date.UTC(2026, 2, 3, 10, 0, 0) + from + i * everyMs);
    const head = `${at.toISOString()} pbx in.tftpd[${100 + i + Math.floor(from / 1000)}]: `;
    const asked = `${head}RRQ from ${address} filename ${name}`;
    if (end === '-') return [asked, `${head}sending NAK (1, File not found) to ${address}`];
    if (end === '+') return [asked, `${head}Client ${address} finished ${name}`];
    return end === '!' ? [asked, `${head}tftpd: read(ack): Connection refused`] : [asked];
  });
}
