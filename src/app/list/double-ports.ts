import type { MacAddress } from '../../core/names/mac-address.ts';
import { doublePorts } from '../../core/power/shared-outlet.ts';
import type { Enrolment, PhoneRecord, StoredSnapshot } from '../../ports/store.ts';

/** As much of a phone's record as is looked at. */
interface Placed extends Pick<PhoneRecord, 'mac'> {
  readonly enrolment: Pick<Enrolment, 'status' | 'port'> | null;
  readonly snapshot: Pick<StoredSnapshot, 'value'> | null;
}

/** Phones of one port that are named, and ports that are (invented). */
const MOST_PHONES = 4;
const MOST_PORTS = 6;

/**
 * That phones on the list share a switch port, a sentence without its full stop for each port; with `among`, of the ports of these phones alone.
 * One that has landed has left its port to another, as far as the list tells.
 */
export function doublePortTexts(
  records: readonly Placed[],
  among: ReadonlySet<MacAddress> | null = null,
): readonly string[] {
  const entries = records.flatMap(({ mac, enrolment, snapshot }) => {
    const isWaitedFor = enrolment?.status === 'enrolled' && snapshot?.value !== 'landed';
    return isWaitedFor ? [{ mac, port: enrolment.port }] : [];
  });
  const found = [...doublePorts(entries)].filter(([, macs]) => among === null || macs.some((mac) => among.has(mac)));
  const named = found.slice(0, MOST_PORTS).map(([port, macs]) => doubleText(port, macs));
  const more = found.length - named.length;
  if (more === 0) return named;
  return [...named, `${more} more ${more === 1 ? 'port is' : 'ports are'} the port of several phones`];
}

function doubleText(port: string, macs: readonly MacAddress[]): string {
  const shown = macs.slice(0, MOST_PHONES).join(', ');
  const more = macs.length > MOST_PHONES ? ` and ${macs.length - MOST_PHONES} more` : '';
  return `${macs.length} phones on the list have the port ${JSON.stringify(port)}: ${shown}${more}. loadstep does not switch the power of that port while that is so: release a phone that is gone, or give each its own port with loadstep enroll and --port, the name of the switch included`;
}
