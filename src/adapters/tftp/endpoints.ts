import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Channel, Endpoint } from './endpoint.ts';
import type { Intake } from './intake.ts';
import type { TftpCounters, TftpLimits } from './limits.ts';
import type { Sender } from './sender.ts';
import type { Service } from './service.ts';
import type { Wire } from './wire.ts';

/** Where a server listens, on one address of the machine or on all. */
export interface Endpoints {
  /** Binds; resolves with the port, rejects with the system's error. */
  open(listen: { readonly address: string; readonly port: number }): Promise<number>;
  /** What it listens on. */
  addresses(): readonly string[];
  /** Ends what runs, telling so, and closes everything. */
  close(): Promise<void>;
}

/** What endpoints are made with. */
export interface EndpointsParts {
  readonly service: Service;
  readonly intake: Intake;
  readonly sender: Sender;
  readonly limits: TftpLimits;
  readonly counters: TftpCounters;
  readonly clock: Clock;
  readonly log: Log;
  readonly isSinglePort: boolean;
}

/** Why conversations end when the server stops. */
export const STOPPED = ['stopped', 'the server was stopped'] as const;

/** Opens the wires of transfers that belong to a request wire; none in single-port mode. Closes that wire when there can be none. */
export async function openTransferWires<One extends Wire>(
  { limits, isSinglePort }: EndpointsParts,
  request: Wire,
  open: () => Promise<One>,
): Promise<One[]> {
  const opened: One[] = [];
  const count = isSinglePort ? 0 : limits.socketsPerAddress;
  try {
    for (let n = 0; n < count; n += 1) opened.push(await open());
  } catch (error) {
    // One is enough to serve; without any, this address cannot be.
    if (opened.length === 0) {
      await request.close();
      throw error;
    }
  }
  return opened;
}

/** Hands what the wires of an endpoint hear to the intake. */
export function listenOn({ intake, sender }: EndpointsParts, endpoint: Endpoint): void {
  const onError = (error: unknown) => sender.onSocketError(error);
  endpoint.request.wire.listen({
    onDatagram: (bytes, from) => intake.onRequestPort(endpoint, bytes, from),
    onError,
  });
  for (const channel of transferChannels(endpoint)) {
    channel.wire.listen({
      onDatagram: (bytes, from) => intake.onTransferPort(endpoint, channel, bytes, from),
      onError,
    });
  }
}

/** Closes the wires of an endpoint. */
export async function closeEndpoint(endpoint: Endpoint): Promise<void> {
  const channels = [endpoint.request, ...transferChannels(endpoint)];
  await Promise.all(channels.map(({ wire }) => wire.close()));
}

function transferChannels(endpoint: Endpoint): readonly Channel[] {
  return endpoint.channels.filter((channel) => channel !== endpoint.request);
}
