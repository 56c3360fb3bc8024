import { createSocket, type Socket } from 'node:dgram';
import { readDhcp } from '../../core/capture/dhcp.ts';
import { discoverMessage, transactionOf } from '../../core/doctor/discover.ts';
import type { DhcpOffer } from '../../core/doctor/seen.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';

const [SERVER_PORT, CLIENT_PORT] = [67, 68];
const EVERYBODY = '255.255.255.255';
/** Servers that look whether an address is free wait for a second; the question is asked again in case it was lost (invented). */
const AGAIN_MS = 1_500;
/** More servers than this are not told of (invented). */
const MOST_OFFERS = 16;

export interface DhcpProbe {
  readonly mac: MacAddress;
  readonly transaction: number;
  /** Own IPv4 addresses; the question goes out where each of them is. */
  readonly addresses: readonly string[];
  /** How long answers are waited for, in milliseconds. */
  readonly waitMs: number;
}

/**
 * Asks every DHCP server for an offer, as a phone does, and takes none. Rejects with the system's error when port 68 cannot be had. What is
 * meant for this machine's own DHCP client is not taken from it: only what is sent to everybody is heard.
 */
export async function offersOfDhcp({ mac, transaction, addresses, waitMs }: DhcpProbe): Promise<readonly DhcpOffer[]> {
  const offers = new Map<string, DhcpOffer>();
  const ear = createSocket({ type: 'udp4', reuseAddr: true });
  const mouths: Socket[] = [];
  ear.on('message', (bytes, { address }) => {
    const fact = transactionOf(bytes) === transaction ? readDhcp(bytes) : null;
    if (fact?.message !== 'offer' || fact.mac !== mac || offers.size >= MOST_OFFERS) return;
    const { option150, option66, nextServer } = fact;
    offers.set(address, { server: address, option150, option66, nextServer });
  });
  try {
    await bound(ear, CLIENT_PORT, EVERYBODY);
    for (const address of addresses) {
      const mouth = createSocket('udp4');
      mouths.push(mouth);
      await bound(mouth, 0, address);
      mouth.setBroadcast(true);
    }
    const message = discoverMessage(mac, transaction);
    const ask = () => {
      // An interface that is down refuses; the others are asked.
      for (const mouth of mouths) mouth.send(message, SERVER_PORT, EVERYBODY, () => {});
    };
    ask();
    const again = setTimeout(ask, Math.min(AGAIN_MS, waitMs / 2));
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    clearTimeout(again);
    return [...offers.values()].sort((a, b) => (a.server < b.server ? -1 : 1));
  } finally {
    for (const socket of [ear, ...mouths]) socket.close();
  }
}

function bound(socket: Socket, port: number, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, address, () => {
      socket.off('error', reject);
      // Whatever comes later is no reason to end.
      socket.on('error', () => {});
      resolve();
    });
  });
}
