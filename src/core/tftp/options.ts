import type { TftpOption } from './codec.ts';

/** Block size without negotiation (RFC 1350 2). */
const DEFAULT_BLOCK_BYTES = 512;

/** The most this side agrees to, whatever is asked. */
export interface OptionLimits {
  /** RFC 2348 allows up to 65,464. */
  readonly maxBlockBytes: number;
  /** RFC 7440 allows up to 65,535. */
  readonly maxWindowBlocks: number;
}

/** What was agreed for one transfer. */
export interface Agreement {
  readonly blockBytes: number;
  readonly windowBlocks: number;
  /** Set when RFC 2349 `timeout` was agreed. */
  readonly timeoutMs: number | null;
  /** The options to confirm, spelled as they were asked; null: answer with plain DATA. */
  readonly oack: readonly TftpOption[] | null;
}

/**
 * What a request's options lead to: known options are clamped and never exceed what was asked, bad values and unknown
 * names are left out, and there is no OACK when nothing is left (RFC 2347).
 */
export function negotiate(options: readonly TftpOption[], sizeBytes: number, limits: OptionLimits): Agreement {
  let blockBytes = DEFAULT_BLOCK_BYTES;
  let windowBlocks = 1;
  let timeoutMs: number | null = null;
  const oack: TftpOption[] = [];
  const seen = new Set<string>();
  for (const option of options) {
    const name = option.name.toLowerCase();
    const asked = decimal(option.value);
    // RFC 2347: an option appears once; of a repeated one the first counts.
    if (asked === null || seen.has(name)) continue;
    let agreed: number;
    if (name === 'blksize' && asked >= 8) agreed = blockBytes = Math.min(asked, limits.maxBlockBytes);
    else if (name === 'windowsize' && asked >= 1) agreed = windowBlocks = Math.min(asked, limits.maxWindowBlocks);
    // curl up to at least 7.88 takes `tsize=0` for an error; the first DATA tells that the file is empty.
    else if (name === 'tsize' && sizeBytes > 0) agreed = sizeBytes;
    else if (name === 'timeout' && asked >= 1 && asked <= 255) {
      agreed = asked;
      timeoutMs = asked * 1000;
    } else continue;
    seen.add(name);
    oack.push({ name: option.name, value: String(agreed) });
  }
  return { blockBytes, windowBlocks, timeoutMs, oack: oack.length === 0 ? null : oack };
}

function decimal(text: string): number | null {
  return /^\d{1,10}$/.test(text) ? Number(text) : null;
}
