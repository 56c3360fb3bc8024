import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { viaPort } from '../../core/witness/sip-request.ts';
import type { Clock } from '../../ports/clock.ts';
import type { WitnessDesk } from '../../ports/witnesses.ts';
import { refusedBy } from '../refused-port.ts';
import { Registrar } from './registrar.ts';
import { endOfHead, isAnswer, MOST_MESSAGE, SipConversation } from './sip-conversation.ts';
import { SipNotifier } from './sip-notifier.ts';
import { bare, TcpEar } from './tcp-ear.ts';

/** Datagrams that are being answered at a time; the others are lost, and phones repeat themselves (invented). */
const MOST_AT_ONCE = 1024;
/** A bench that is switched on registers at once: what the system lets wait until it is read (invented; it may grant less). */
const BUFFER_BYTES = 4 * 1024 * 1024;

interface SipEarOptions {
  readonly listen: { readonly address: string; readonly port: number };
  readonly desk: WitnessDesk;
  readonly clock: Clock;
  /** This machine as a phone sees it. */
  readonly addressFor?: (peer: string) => string;
  /** The name of the first line that a phone was configured with; null where nobody knows. */
  readonly lineOf?: (mac: MacAddress) => string | null;
}

/** Hears registrations over UDP and TCP on one port, and tells phones to restart from there. */
export class SipEar {
  readonly #options: SipEarOptions;
  readonly #registrar: Registrar;
  /** Tells phones by SIP to restart. */
  readonly notifier: SipNotifier;
  #port = 0;
  #socket: Socket | null = null;
  #tcp: TcpEar | null = null;
  #underWay = 0;

  constructor(options: SipEarOptions) {
    this.#options = options;
    const { listen, desk, clock, addressFor = () => listen.address, lineOf = () => null } = options;
    this.#registrar = new Registrar(desk, clock);
    this.notifier = new SipNotifier({
      ways: this.#registrar.ways,
      here: (peer) => ({ address: addressFor(peer), port: this.#port }),
      send: (text, port, address) => this.#socket?.send(Buffer.from(text, 'latin1'), port, address, () => {}),
      ...{ clock, lineOf },
    });
  }

  /** Resolves with the port; rejects with AppError `E_PORT_IN_USE`, `E_PORT_DENIED` or `E_ADDRESS_UNAVAILABLE`. */
  async start(): Promise<number> {
    const { listen, clock } = this.#options;
    const refused = (error: unknown) => refusedBy(error, listen, 'SIP', '--witness-sip');
    const tcp = new TcpEar({
      listen,
      clock,
      refused,
      begin: (source, connectedAt, speak) =>
        new SipConversation({ registrar: this.#registrar, notifier: this.notifier, source, connectedAt, speak }),
    });
    const port = await tcp.start();
    this.#tcp = tcp;
    const type = isIPv6(listen.address) ? 'udp6' : 'udp4';
    // Answers go to addresses, never to names: nothing has to be looked up.
    const socket = createSocket({ type, lookup: (name, _, found) => found(null, name, type === 'udp6' ? 6 : 4) });
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once('error', (error) => reject(refused(error)));
        socket.bind({ address: listen.address, port, exclusive: true }, resolve);
      });
    } catch (error) {
      await tcp.stop();
      socket.close();
      throw error;
    }
    socket.on('error', () => {});
    socket.setRecvBufferSize(BUFFER_BYTES);
    socket.on('message', (bytes, from) => void this.#heard(socket, bytes, from));
    this.#socket = socket;
    this.#port = port;
    return port;
  }

  async stop(): Promise<void> {
    const socket = this.#socket;
    this.#socket = null;
    this.notifier.stop();
    if (socket !== null) await new Promise<void>((resolve) => socket.close(() => resolve()));
    await this.#tcp?.stop();
  }

  /** A datagram; the answer goes to the port that its Via names. */
  async #heard(socket: Socket, bytes: Buffer, from: RemoteInfo): Promise<void> {
    if (this.#underWay >= MOST_AT_ONCE || bytes.length > MOST_MESSAGE) return;
    this.#underWay++;
    try {
      const end = endOfHead(bytes.toString('latin1'));
      if (end === null) return;
      if (isAnswer(end.head)) {
        this.notifier.answered(end.head, bare(from.address));
        return;
      }
      const answer = await this.#registrar.answer({ head: end.head, source: bare(from.address), connectedAt: null });
      const port = answer === null ? null : viaPort(answer.request);
      if (answer !== null && port !== null && this.#socket === socket)
        socket.send(Buffer.from(answer.text, 'latin1'), port, from.address);
    } catch {
      // Nobody waits for it: a phone asks again.
    } finally {
      this.#underWay--;
    }
  }
}
