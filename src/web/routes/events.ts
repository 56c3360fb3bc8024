import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { RecordPlace } from '../../ports/record-rows.ts';
import type { EventHub } from '../events/event-hub.ts';
import { placeOf, placeText } from '../events/place.ts';
import { roleOf } from '../guard/who.ts';
import { WebRefusal } from '../problem.ts';
import { closed, problemSchema } from '../schema/common.ts';
import type { WebParts } from '../web-parts.ts';

const query = closed({
  after: z.string().max(40).optional().meta({
    description: 'Where to go on, for those who cannot send Last-Event-ID; `0.0` is the beginning of the record',
  }),
  phones: z.enum(['true', 'false']).default('false').meta({
    description: 'Tells also where every phone is, in `phones` events without an id: first all, then those that change',
  }),
  rows: z.enum(['each', 'which']).default('each').meta({
    description:
      'With `which`, in place of the rows of phones: which phones have new ones, once a second, as a list of MACs in a `rows` event. What is about all phones comes as it is.',
  }),
});

/** The stream of the record. */
export function eventRoutes(parts: WebParts, hub: EventHub): FastifyPluginCallbackZod {
  const { store } = parts;

  /** A place that lies ahead of the record is of another record: there is no way to go on from it. */
  function placeFrom(text: string | undefined): RecordPlace {
    const newest = store.newestPlace();
    if (text === undefined) return newest;
    const place = placeOf(text);
    if (place === null) {
      throw new WebRefusal(
        400,
        'E_BAD_USAGE',
        `"${text.slice(0, 40)}" is no place in the record; places look like 1204.7`,
      );
    }
    if (place.phones > newest.phones || place.batch > newest.batch) {
      throw new WebRefusal(
        409,
        'E_BAD_USAGE',
        `this record ends at ${placeText(newest)}, before ${text}: it is another one, or a backup; read it anew`,
      );
    }
    return place;
  }

  return (app, _options, done) => {
    app.get(
      '/events',
      {
        schema: {
          tags: ['events'],
          summary: 'What happens, as it happens (server-sent events)',
          description:
            'The id of an event is its place in the record. With Last-Event-ID, as browsers send it when they come back, nothing is missed and nothing comes twice, also after a restart of the server. Without it the stream begins now. A reader that takes nothing for 30 seconds is cut off, and so is one whose password or token holds no more.',
          querystring: query,
          produces: ['text/event-stream'],
          response: { 200: z.string(), 400: problemSchema, 409: problemSchema, 503: problemSchema },
        },
      },
      (request, reply) => {
        const last = request.headers['last-event-id'];
        const place = placeFrom(typeof last === 'string' && last !== '' ? last : request.query.after);
        if (hub.isFull) throw new WebRefusal(503, 'E_WEB_REFUSED', 'too many readers listen already; try again later');
        const headers = reply.getHeaders();
        reply.hijack();
        reply.raw.writeHead(200, {
          ...(headers as Record<string, string>),
          'content-type': 'text/event-stream; charset=utf-8',
          'cache-control': 'no-store',
          'x-accel-buffering': 'no',
        });
        reply.raw.flushHeaders();
        const wants = { phones: request.query.phones === 'true', rows: request.query.rows };
        hub.add(reply.raw, place, wants, () => roleOf(request, parts) !== null);
      },
    );
    done();
  };
}
