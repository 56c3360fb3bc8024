import type { AskedName } from '../names/asked-name.ts';
import type { Protocol } from '../names/family.ts';

/**
 * Whose application asks this name, once it has its configuration; null where several do. The locale jars of Java phones
 * (java-phones 4.1, 6), ring list and dial plan of SIP (legacy-79x0 3.2, 5.3; java-phones 4.1), ring lists, fonts and
 * dictionaries of SCCP (legacy-79x0 5.4, 11.3).
 */
export function protocolAsking({ kind, name }: Pick<AskedName, 'kind' | 'name'>): Protocol | null {
  const lower = name.toLowerCase();
  if (kind === 'locale') {
    const jar = /-(sip|sccp)\.jar$/.exec(lower)?.[1];
    if (jar !== undefined) return jar === 'sip' ? 'SIP' : 'SCCP';
    return /(^|\/)(7960-[a-z]+|sccp-dictionary)\.xml$/.test(lower) ? 'SCCP' : null;
  }
  if (kind !== 'service') return null;
  const last = lower.slice(lower.lastIndexOf('/') + 1);
  if (last === 'ringlist.dat' || last === 'dialplan.xml' || last === 'syncinfo.xml') return 'SIP';
  return null;
}
