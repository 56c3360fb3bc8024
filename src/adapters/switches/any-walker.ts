import type { SwitchWalker } from '../../ports/switches.ts';

/** Asks switches by SNMP, and lldpd on this machine; what it takes for either is loaded when the first is asked. */
export function anyWalker(): SwitchWalker {
  let [bySnmp, byLldpd]: (Promise<SwitchWalker> | null)[] = [null, null];
  return {
    async walk(access, signal) {
      if (access.version === 'lldpd') {
        byLldpd ??= import('./lldpcli.ts').then(({ lldpdWalker }) => lldpdWalker());
        return (await byLldpd).walk(access, signal);
      }
      bySnmp ??= import('./walk-switch.ts').then(({ switchWalker }) => switchWalker());
      return (await bySnmp).walk(access, signal);
    },
  };
}
