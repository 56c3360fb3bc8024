import { PageAsker } from '../adapters/witness/page-asker.ts';
import { type SccpAnswers, SccpEar } from '../adapters/witness/sccp-ear.ts';
import { SipEar } from '../adapters/witness/sip-ear.ts';
import type { SipNotifier } from '../adapters/witness/sip-notifier.ts';
import type { MacAddress } from '../core/names/mac-address.ts';
import type { Clock } from '../ports/clock.ts';
import type { WitnessDesk } from '../ports/witnesses.ts';
import { addressText, type ListenAddress } from './listen-address.ts';
import { serverAddressFor } from './own-addresses.ts';

/** Where phones are heard that say what they run. */
export interface WitnessPlaces {
  readonly sip: ListenAddress;
  readonly sccp: ListenAddress;
  /** The port of the phones' own pages. */
  readonly pagePort: number;
  /** What a phone that registers by SCCP is told. */
  readonly sccpAnswers: SccpAnswers;
}

/** What is open. */
export interface OpenWitnesses {
  readonly ports: { readonly sip: number; readonly sccp: number };
  /** In a sentence, for who started it. */
  readonly told: string;
  /** Tells phones that are heard there to restart. */
  readonly sip: Pick<SipNotifier, 'lacks' | 'send'>;
  readonly sccp: Pick<SccpEar, 'lacks' | 'reset'>;
  stop(): Promise<void>;
}

/** Who is told what is heard. */
interface WitnessWorld {
  readonly desk: WitnessDesk;
  readonly clock: Clock;
  /** The name of the first line that a phone was configured with; null where nobody knows. */
  readonly lineOf: (mac: MacAddress) => string | null;
}

/**
 * Opens the ports and begins to ask pages. Rejects with AppError `E_PORT_IN_USE`, `E_PORT_DENIED` or `E_ADDRESS_UNAVAILABLE`, and then holds nothing
 * open.
 */
export async function openWitnesses(
  places: WitnessPlaces,
  { desk, clock, lineOf }: WitnessWorld,
): Promise<OpenWitnesses> {
  const addressFor = (peer: string) => serverAddressFor(places.sip.address, peer);
  const sip = new SipEar({ listen: places.sip, desk, clock, addressFor, lineOf });
  const sccp = new SccpEar({ listen: places.sccp, desk, clock, answers: places.sccpAnswers });
  const sipPort = await sip.start();
  const sccpPort = await sccp.start().catch(async (error: unknown) => {
    await sip.stop();
    throw error;
  });
  const pages = new PageAsker({ desk, clock, port: places.pagePort });
  pages.start();
  const [sipText, sccpText] = [addressText(places.sip.address, sipPort), addressText(places.sccp.address, sccpPort)];
  return {
    ports: { sip: sipPort, sccp: sccpPort },
    ...{ sip: sip.notifier, sccp },
    told: `Phones that say what they run are heard at ${sipText} (SIP, UDP and TCP) and ${sccpText} (SCCP); the pages of idle phones are asked at port ${places.pagePort}.`,
    async stop() {
      pages.stop();
      await Promise.all([sip.stop(), sccp.stop()]);
    },
  };
}
