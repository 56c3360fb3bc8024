import fastify, { type FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { EventHub } from './events/event-hub.ts';
import { guard } from './guard/who.ts';
import { describeApi } from './open-api.ts';
import type { PhoneBoard } from './phone-board.ts';
import { PROBLEM_TYPE, problem, problemOf, WebRefusal } from './problem.ts';
import { actingRoutes } from './routes/acting.ts';
import { certificateRoutes } from './routes/certificates.ts';
import { docsRoutes } from './routes/docs.ts';
import { eventRoutes } from './routes/events.ts';
import { firmwareRoutes } from './routes/firmware.ts';
import { firmwareActingRoutes } from './routes/firmware-acting.ts';
import { pageRoutes } from './routes/page.ts';
import { phoneRoutes } from './routes/phones.ts';
import { recordRoutes } from './routes/record.ts';
import { restartingRoutes } from './routes/restarting.ts';
import { serverRoutes } from './routes/server.ts';
import { sessionRoutes } from './routes/session.ts';
import { watchingRoutes } from './routes/watching.ts';
import type { WebParts } from './web-parts.ts';

/** How the answers of the application are made. */
export interface WebAppOptions {
  /** Compares every answer with its schema: for tests. Otherwise the types do, and answers cost less. */
  readonly checksAnswers?: boolean;
  /** Certificate and key; null or absent for HTTP in the clear. */
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer } | null;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the one who asks must be allowed to do: `look` when nothing is said, `nobody` for everybody. */
    webRole?: 'nobody' | 'look' | 'act';
  }
}

/** Nothing of ours is longer; uploads have a way of their own. */
const BODY_BYTES = 4 * 1024 * 1024;

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** One sentence about the first thing that is wrong with a request. */
function schemaErrorFormatter(errors: readonly { instancePath?: string; message?: string }[], part: string): Error {
  const { instancePath = '', message = '' } = errors[0] ?? {};
  const where = part === 'querystring' ? 'the query' : part === 'params' ? 'the address' : `the ${part}`;
  const path = instancePath.replace(/^\//, '').replaceAll('/', '.');
  return new Error(path === '' ? `${where} ${message}` : `${path} in ${where}: ${message}`);
}

/** The port is taken before phones are answered, so that one that is not to be had is known in time; what is asked then has to come back. */
function isEarly(url: string, parts: WebParts): boolean {
  return parts.phonesAt() === null && /^\/(api|metrics|readyz|certificates)(\/|\?|$)/.test(url);
}

/** The application, ready to be asked; it listens nowhere yet. */
export async function webApp(
  parts: WebParts,
  board: PhoneBoard,
  hub: EventHub,
  { checksAnswers = false, tls = null }: WebAppOptions = {},
): Promise<FastifyInstance> {
  const options = {
    logger: false as const,
    bodyLimit: BODY_BYTES,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 200 },
    schemaErrorFormatter,
    // A program that sends its request a byte a minute keeps no socket for ever.
    requestTimeout: 600_000,
  };
  // Over TLS the server has another type, and the same routes.
  const made = tls === null ? fastify(options) : (fastify({ ...options, https: tls }) as unknown as FastifyInstance);
  const app = made.withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(checksAnswers ? serializerCompiler : () => (value) => JSON.stringify(value));

  app.addHook('onRequest', async (request, reply) => {
    reply.headers(HEADERS);
    if (request.url.startsWith('/api/')) reply.header('cache-control', 'no-store');
    if (tls !== null) reply.header('strict-transport-security', 'max-age=31536000');
    if (isEarly(request.url, parts)) {
      reply.header('retry-after', '1');
      throw new WebRefusal(503, 'E_WEB_REFUSED', 'the server is starting; ask again in a second');
    }
    guard(request, parts);
  });
  app.setErrorHandler((error, request, reply) => {
    const told = problemOf(error);
    if (told.code === 'E_SERVER_BUSY') reply.header('retry-after', '5');
    else if (told.status >= 500 && told.code !== 'E_TIMEOUT') {
      const route = request.routeOptions.url ?? null;
      parts.log.error({ event: 'web.failed', method: request.method, route, reason: String(error) });
    }
    return reply.code(told.status).type(PROBLEM_TYPE).send(JSON.stringify(told));
  });
  app.setNotFoundHandler((request, reply) => {
    const told = problem(
      404,
      'E_BAD_USAGE',
      `there is no ${request.method} at this address; /api/docs lists what there is`,
    );
    return reply.code(404).type(PROBLEM_TYPE).send(JSON.stringify(told));
  });

  await describeApi(app, parts.version);
  await app.register(
    async (api) => {
      await api.register(sessionRoutes(parts, tls !== null));
      await api.register(phoneRoutes(parts, board));
      await api.register(firmwareRoutes(parts));
      await api.register(serverRoutes(parts, board));
      await api.register(actingRoutes(parts, board));
      await api.register(restartingRoutes(parts));
      await api.register(firmwareActingRoutes(parts));
      await api.register(recordRoutes(parts, board));
      await api.register(eventRoutes(parts, hub));
    },
    { prefix: '/api/v1' },
  );
  await app.register(docsRoutes());
  await app.register(certificateRoutes(parts, board));
  await app.register(watchingRoutes(parts, board, hub));
  await app.register(pageRoutes(parts.pageFolder));
  await app.ready();
  return app;
}
