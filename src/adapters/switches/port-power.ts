import { OIDS } from '../../core/switch/oids.ts';
import type { PortPowerWriter } from '../../ports/switches.ts';
import { SNMP_LIMITS, SnmpAgent, type SnmpLimits } from './snmp-agent.ts';

/** pethPsePortAdminEnable is a TruthValue: true is 1, false is 2. */
const [ON, OFF] = [1, 2];
/** pethPsePortDetectionStatus: deliveringPower. */
const GIVEN = 3;
/** ifOperStatus: up. */
const UP = 1;

/** Gives and takes the power of ports by POWER-ETHERNET-MIB (RFC 3621). */
export function portPowerWriter(limits: SnmpLimits = SNMP_LIMITS): PortPowerWriter {
  return {
    async set(access, { group, port }, isOn, isStillSo) {
      const agent = await SnmpAgent.open(access, limits, { maySend: isStillSo });
      try {
        await agent.set(`${OIDS.psePortAdmin}.${group}.${port}`, isOn ? ON : OFF);
        // A refused one may come back without an error: what counts is what stands there now.
        const [admin, detection] = await agent.get([
          `${OIDS.psePortAdmin}.${group}.${port}`,
          `${OIDS.psePortDetection}.${group}.${port}`,
        ]);
        return { isOn: admin?.value === ON, isOff: admin?.value === OFF, isGiven: detection?.value === GIVEN };
      } finally {
        agent.close();
      }
    },
    async hasLink(access, ifIndex) {
      const agent = await SnmpAgent.open(access, limits);
      try {
        const [link] = await agent.get([`${OIDS.ifOperStatus}.${ifIndex}`]);
        return link?.value === UP;
      } finally {
        agent.close();
      }
    },
  };
}
