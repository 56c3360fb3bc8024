// loadstep inside a fastify application: the fleet starts and ends with the application, phones are put on the list and watched
// over HTTP, and what happens arrives as a stream of server-sent events.
import fastify from 'fastify';
import { AppError, explain, plan } from 'loadstep';
import { openFirmware } from 'loadstep/firmware';
import { createServer } from 'loadstep/server';

/**
 * @param {{ database: import('loadstep/server').ServerOptions['database'], firmware: string, tftp?: { address?: string, port?: number } }} options
 */
export async function buildApp({ database, firmware, tftp = {} }) {
  const app = fastify();
  const store = await openFirmware({ folders: [firmware] });
  const fleet = createServer({
    database,
    firmware: store,
    listen: tftp,
    // fastify's logger is a pino logger: what loadstep logs goes there, with its own keys.
    log: {
      error: (fields) => app.log.error(fields),
      warn: (fields) => app.log.warn(fields),
      info: (fields) => app.log.info(fields),
      debug: (fields) => app.log.debug(fields),
    },
    // Nothing is answered any more: a supervisor starts the process again.
    onFailure: () => void app.close(),
  });
  app.decorate('fleet', fleet);
  app.addHook('onReady', async () => void (await fleet.start()));
  // Before the routes are closed: this ends every event stream, and so every open response.
  app.addHook('preClose', () => fleet.stop({ drainMs: 10_000 }));

  app.setErrorHandler((error, _request, reply) => {
    if (!(error instanceof AppError)) return reply.send(error);
    const status = error.exitCode === 1 ? 500 : error.exitCode === 2 ? 400 : 409;
    return reply
      .status(status)
      .send({ code: error.code, message: error.message, help: explain(error.code)[0]?.advice });
  });

  app.get('/phones', () => fleet.phones());
  app.get('/phones/:mac', (request, reply) => {
    const phone = fleet.phone(macIn(request));
    return phone ?? reply.status(404).send({ message: 'nobody has heard of it' });
  });
  app.get('/phones/:mac/history', (request) => [...fleet.history({ mac: macIn(request) })]);
  app.put('/phones/:mac', (request) => {
    const wish = /** @type {Omit<import('loadstep/server').PhoneWish, 'mac'>} */ (request.body);
    return { result: fleet.enrol({ ...wish, mac: macIn(request) }) };
  });
  app.delete('/phones/:mac', (request) => ({ released: fleet.release(macIn(request)) }));
  app.get('/plan', (request) => {
    const { from, target, model } = /** @type {Record<string, string>} */ (request.query);
    return plan({ from, target, firmware: store.index(), ...(model === undefined ? {} : { model }) });
  });
  app.get('/events', (request, reply) => {
    const events = fleet.events();
    reply.hijack();
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', connection: 'close' });
    reply.raw.flushHeaders();
    request.raw.on('close', () => void events.return());
    void (async () => {
      for await (const event of events) reply.raw.write(`event: ${event.event}\ndata: ${JSON.stringify(event)}\n\n`);
      reply.raw.end();
    })();
  });
  return app;
}

/** @param {import('fastify').FastifyRequest} request */
function macIn({ params }) {
  return /** @type {{ mac: string }} */ (params).mac;
}
