import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { keepAliveMessage, readAnswers, registerMessage } from '../../../src/emulator/sccp/messages.ts';
import { addressOf, macOf } from '../conversion.ts';
import type { Place } from './registrants.ts';

/** Phones that keep a connection to their call manager: they say who they are once, and that they live from then on. */
export class Callers {
  readonly #sockets: Socket[] = [];
  #answered = 0;

  get answered(): number {
    return this.#answered;
  }

  async open(count: number, { address: host, port }: Place): Promise<void> {
    for (let phone = 0; phone < count; phone++) {
      const address = addressOf(phone);
      const socket = createConnection({ host, port, localAddress: address });
      await once(socket, 'connect');
      socket.setNoDelay(true);
      readAnswers(socket, (id) => {
        if (id === 0x100) this.#answered++;
      });
      // The registration of an old phone: it says its name, and no load.
      socket.write(registerMessage({ model: '7960', load: 'P0030801SR02', mac: macOf(phone), address }));
      this.#sockets.push(socket);
    }
  }

  /** One sign of life of one of them. */
  live(turn: number): void {
    this.#sockets[turn % this.#sockets.length]?.write(keepAliveMessage());
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
