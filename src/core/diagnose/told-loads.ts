import { bootLoaderLoad } from '../names/family-terms.ts';
import { type LoadName, parseLoadName } from '../names/load-name.ts';
import type { ShownVersions } from '../names/shown-version.ts';
import type { LoadTold } from './phone-log.ts';

/** By what a phone names its load, in words. */
export const BY = {
  'sccp-alarm': 'its SCCP alarm',
  'sccp-register': 'its SCCP registration',
  'sip-register': 'its SIP registration',
  cdp: 'CDP on its switch port',
  lldp: 'LLDP on its switch port',
  console: 'its console',
} as const;

/** Whether the phone named a loader by CDP: a 7940 or 7960 on SIP does, whatever runs on it (legacy-79x0 8). */
export function isLoaderByCdp({ load, by }: LoadTold): boolean {
  const parsed = parseLoadName(load);
  return by === 'cdp' && parsed.ok && parsed.value.role === 'loader';
}

/** Every load that the phone may mean; none where what it says is no proof, or no load that is known. */
export function loadsTold(told: LoadTold, versions: ShownVersions): readonly LoadName[] {
  if (isLoaderByCdp(told)) return [];
  const boot = bootLoaderLoad(told.load);
  if (boot !== null) return [boot.name];
  const parsed = parseLoadName(told.load);
  if (parsed.ok) return [parsed.value.name];
  return told.by === 'sccp-alarm' ? (versions.get(told.load) ?? []) : [];
}

const MOST_NAMED = 4;

/** What the phone said of itself, as a proof: the load, or its version and the loads that are shown so. */
export function toldReason({ load, by }: LoadTold, names: readonly LoadName[]): string {
  const [only] = names;
  if (parseLoadName(load).ok || bootLoaderLoad(load) !== null) return `says itself that it runs ${only} (${BY[by]})`;
  const more = names.length > MOST_NAMED ? ` or one of ${names.length - MOST_NAMED} more` : '';
  return `says itself that it runs ${load} (${BY[by]}), which is ${names.slice(0, MOST_NAMED).join(' or ')}${more}`;
}
