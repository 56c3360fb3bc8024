import type { FastifyPluginCallback } from 'fastify';
import type { EventHub } from '../events/event-hub.ts';
import type { PhoneBoard } from '../phone-board.ts';
import type { WebParts } from '../web-parts.ts';

/** What other programs watch a server by. */
export function watchingRoutes(parts: WebParts, board: PhoneBoard, hub: EventHub): FastifyPluginCallback {
  let metrics: Promise<import('../metrics.ts').Metrics> | null = null;

  return (app, _options, done) => {
    const hidden = { hide: true } as object;
    app.get('/metrics', { schema: hidden }, async (_request, reply) => {
      metrics ??= import('../metrics.ts').then(({ Metrics }) => new Metrics(parts, board, hub));
      const made = await metrics;
      return reply.type(made.type).send(await made.text());
    });

    // The process answers; that is all that it says, and to everybody.
    app.get('/healthz', { schema: hidden, config: { webRole: 'nobody' } }, (_request, reply) =>
      reply.type('text/plain; charset=utf-8').send('ok\n'),
    );

    // Before phones are answered this is refused as everything is; what can go away since is the record.
    app.get('/readyz', { schema: hidden, config: { webRole: 'nobody' } }, (_request, reply) => {
      reply.type('text/plain; charset=utf-8');
      try {
        parts.store.newestPlace();
        return reply.send('ok\n');
      } catch {
        return reply.code(503).send('the record cannot be read\n');
      }
    });
    done();
  };
}
