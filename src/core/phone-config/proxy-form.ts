import type { FamilyId } from '../names/family.ts';
import { isWithin, type Release } from '../names/release.ts';
import { err, ok, type Result } from '../result.ts';
import type { ConfigForms, ProxyForm } from './facts.ts';
import type { Refusal } from './wish.ts';

/** How a file names the PBX and what carries SIP there. */
export interface Reach {
  readonly form: ProxyForm;
  readonly transport: 'udp' | 'tcp';
  /** The text of `transportLayerProtocol`; null where there is no such setting. */
  readonly transportValue: string | null;
  readonly remarks: readonly string[];
}

/** The form and the transport for a load: the usual form unless another one is wanted and not refused. */
export function reachOf(
  { proxyForms, transports }: ConfigForms,
  { family, release }: { readonly family: FamilyId; readonly release: Release },
  wanted: { readonly form: ProxyForm | null; readonly transport: 'udp' | 'tcp' },
): Result<Reach, Refusal> {
  const known = proxyForms.filter((one) => one.families.includes(family) && isWithin(release, one.releases));
  const chosen = known.find((one) => (wanted.form === null ? one.use === 'usual' : one.form === wanted.form));
  if (chosen === undefined || chosen.use === 'refused') {
    const why = chosen?.why ?? 'Nothing is known of that.';
    return err({ code: 'E_CONFIG_REFUSED', message: `this load does not take that way of naming the PBX. ${why}` });
  }
  const ways = transports.filter((one) => one.families.includes(family) && one.form === chosen.form);
  const way = ways.find(({ transport }) => transport === wanted.transport) ?? ways.find(({ isDefault }) => isDefault);
  if (way === undefined) return err({ code: 'E_CONFIG_REFUSED', message: 'no transport is known for this load' });
  const remarks = chosen.use === 'possible' ? [`this way of naming the PBX is not the usual one. ${chosen.why}`] : [];
  if (way.transport !== wanted.transport)
    remarks.push(`the phone takes UDP, so the PBX has to listen there, too. ${way.note}`);
  return ok({ form: chosen.form, transport: way.transport, transportValue: way.value, remarks });
}
