import { TrapEar } from '../../adapters/switches/trap-ear.ts';
import { systemClock } from '../../adapters/system-clock.ts';
import { SccpEar } from '../../adapters/witness/sccp-ear.ts';
import { SipEar } from '../../adapters/witness/sip-ear.ts';
import { AppError } from '../../core/errors.ts';
import type { WitnessDesk } from '../../ports/witnesses.ts';
import { addressText, type ListenAddress } from '../../server/listen-address.ts';
import type { Settings } from '../settings/layers.ts';
import { readSwitchTraps } from '../settings/trap-settings.ts';
import { readWitness } from '../settings/witness-settings.ts';
import { SILENT } from './check-place.ts';
import type { Attempt } from './check-programs.ts';

/** Nobody is on its list, so that nobody who comes by in that moment is answered. */
const NOBODY: WitnessDesk = { isItsAddress: async () => false, hear: async () => false, toAsk: () => [] };

/** An ear that is opened and closed again; `start` resolves with the port. */
interface Ear {
  start(): Promise<number>;
  stop(): Promise<unknown>;
}

/** Tries each port at which phones and switches would be heard. `isServed`: a server of this database runs, and may have it. */
export async function checkEars(
  settings: Settings,
  listen: ListenAddress,
  isServed: boolean,
  attempt: Attempt,
  good: [word: string, text: string][],
): Promise<void> {
  const clock = systemClock();
  const tryEar = (word: string, what: string, at: ListenAddress, ear: Ear) =>
    attempt(async () => {
      const where = `${addressText(at.address, at.port)} (${what})`;
      try {
        await ear.start();
        await ear.stop();
        good.push([word, `${where}: free`]);
      } catch (error) {
        if (!isServed || !(error instanceof AppError && error.code === 'E_PORT_IN_USE')) throw error;
        good.push([word, `${where}: taken, by the server of this database or by another program`]);
      }
    });
  const witness = (await attempt(() => readWitness(settings, listen)))?.witness;
  if (witness !== undefined) {
    const { sip, sccp, sccpAnswers: answers } = witness;
    await tryEar('witness', 'SIP', sip, new SipEar({ listen: sip, desk: NOBODY, clock }));
    await tryEar('witness', 'SCCP', sccp, new SccpEar({ listen: sccp, desk: NOBODY, clock, answers }));
  }
  const traps = await attempt(() => readSwitchTraps(settings, listen));
  if (traps !== null) {
    const ear = new TrapEar({ listen: traps, switches: () => [], clock, log: SILENT });
    await tryEar('traps', 'SNMP, UDP', traps, ear);
  }
}
