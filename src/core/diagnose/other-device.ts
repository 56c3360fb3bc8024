import { entriesOfName } from '../explain/name-index.ts';
import type { AskedName } from '../names/asked-name.ts';
import type { PhoneLog } from './phone-log.ts';

/** A computer that boots over the network, or anything else that asks and is no phone. */
export interface OtherDevice {
  /** Where it asked from; null where no line tells. */
  readonly address: string | null;
  /** The first name that it asked. */
  readonly asked: string;
}

/**
 * Extensions of what Cisco phones may ask beside the names that are known here: ring tones, pictures, configurations (invented, and wide: a
 * phone that is left out is worse than a computer that is not).
 */
const OF_PHONES = /\.(?:xml|cnf|cfg\.xml|tlv|sgn|raw|pcm|png|jar|loads|sbn|sb2|dat|txt|kate)\s*$/i;

/** What asked and is no phone, where this is one; null for phones, and for what asked nothing. */
export function otherDevice(log: PhoneLog): OtherDevice | null {
  const steps = log.rounds.flatMap((round) => round.steps);
  const [first] = steps;
  const isPxe = isPxeClient(log);
  if (first === undefined || log.told.length > 0 || isCiscoPhone(log)) return null;
  if (!steps.every(({ asked }) => isOfNoPhone(asked, isPxe))) return null;
  return { address: log.addresses[0] ?? null, asked: first.asked.raw };
}

/** Whether DHCP was told that it is a Cisco phone. */
export function isCiscoPhone({ vendorClasses }: PhoneLog): boolean {
  return vendorClasses.begins('Cisco Systems, Inc. IP Phone');
}

/** Whether DHCP was told that it boots over the network (Intel's PXE specification 2.1). */
export function isPxeClient({ vendorClasses }: PhoneLog): boolean {
  return vendorClasses.begins('PXEClient');
}

function isOfNoPhone({ raw, name, kind }: AskedName, isPxe: boolean): boolean {
  if (entriesOfName(raw, () => null).length > 0) return false;
  // A computer takes images, too, such as memtest.bin; a phone whose vendor class was not seen may ask for any.
  return kind === 'other' ? !OF_PHONES.test(name) : kind === 'image' && isPxe && name.toLowerCase().endsWith('.bin');
}
