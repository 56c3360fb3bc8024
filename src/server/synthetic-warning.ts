import type { FirmwareIndex } from '../core/firmware/package.ts';
import { isLoopback, type ListenAddress } from './listen-address.ts';

/** So many loads are named (invented). */
const MOST_NAMED = 4;

/**
 * What has to be said where real phones can ask and the store holds firmware that `loadstep emulate firmware` wrote; null elsewhere. A phone
 * older than 5.x takes an unsigned image without a check (docs/firmware.md), so that it would write such a file to its flash.
 */
export function syntheticWarning({ packages }: FirmwareIndex, listen: ListenAddress): string | null {
  if (isLoopback(listen)) return null;
  const loads = packages.filter(({ isSynthetic }) => isSynthetic === true).map(({ load }) => load);
  if (loads.length === 0) return null;
  const more = loads.length > MOST_NAMED ? ` and ${loads.length - MOST_NAMED} more` : '';
  return (
    `SYNTHETIC FIRMWARE in the store: ${loads.slice(0, MOST_NAMED).join(', ')}${more}. It was written by "loadstep emulate firmware" and ` +
    'would break a real phone, and real phones can ask here. Connect none: take it out with "loadstep firmware forget LOAD", or name another ' +
    'folder with --firmware. For emulated phones listen on 127.0.0.1.'
  );
}
