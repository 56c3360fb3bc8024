import type { SwitchPort, SwitchSeen } from '../../src/core/switch/switch-seen.ts';

/** What a switch of Cisco says that lacks nothing, with these ports. */
export function seenWith(ports: readonly SwitchPort[], more: Partial<SwitchSeen> = {}): SwitchSeen {
  return {
    sysName: 'sw1',
    description: '',
    isCisco: true,
    ports,
    powerUnknown: null,
    isPowerCounted: false,
    lacks: [],
    has: { cdp: true, lldp: true, bridge: true, power: true },
    ...more,
  };
}
