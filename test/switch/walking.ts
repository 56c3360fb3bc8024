import { SNMP_LIMITS } from '../../src/adapters/switches/snmp-agent.ts';
import { switchWalker } from '../../src/adapters/switches/walk-switch.ts';
import type { SwitchAccess, Walked } from '../../src/ports/switches.ts';

/** Access to a switch of a test. */
export function accessTo(
  at: { readonly address: string; readonly port: number },
  more: Partial<SwitchAccess> = {},
): SwitchAccess {
  return {
    ...{ name: 'sw1', address: at.address, port: at.port, version: '2c', user: null, addedAt: 0 },
    secret: { community: 'public', authKey: null, privKey: null },
    ...more,
  };
}

/** One walk, with little patience. */
export function walkingWith(
  at: { readonly address: string; readonly port: number },
  more: Partial<SwitchAccess> = {},
  walkMs?: number,
): Promise<Walked> {
  return switchWalker({ ...SNMP_LIMITS, timeoutMs: 250, retries: 1 }, walkMs).walk(accessTo(at, more));
}
