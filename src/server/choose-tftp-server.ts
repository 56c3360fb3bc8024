import type { DataPlane } from '../adapters/tftp/plane/messages.ts';
import type { CountingTftpServer, TftpServerOptions } from '../adapters/tftp/server.ts';

/** A server that is not started yet, in this thread or in one of its own. */
export async function tftpServer(
  options: TftpServerOptions,
  plane: DataPlane | 'auto' | undefined,
): Promise<CountingTftpServer> {
  if (plane === undefined) return (await import('../adapters/tftp/server.ts')).createTftpServer(options);
  const { createWorkerTftpServer } = await import('../adapters/tftp/plane/worker-server.ts');
  return createWorkerTftpServer({ ...options, plane });
}
