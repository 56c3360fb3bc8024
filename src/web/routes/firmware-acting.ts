import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { problemOf, WebRefusal } from '../problem.ts';
import { closed, loadParameter, problemSchema } from '../schema/common.ts';
import type { WebParts } from '../web-parts.ts';

const config = { webRole: 'act' as const };
const tags = ['firmware'];
/** Ten times the largest archive that is known (invented). */
const MOST_BYTES = 4 * 1024 ** 3;

const query = closed({
  name: z
    .string()
    .regex(/^[\w][\w .()+-]{0,150}$/, 'is not the name of a file, such as P0S3-08-11-00.zip')
    .meta({ description: 'Name of the archive' }),
});

/** What changes the firmware store. */
export function firmwareActingRoutes({ desk, log }: WebParts): FastifyPluginCallbackZod {
  let isBusy = false;

  return (app, _options, done) => {
    // An archive is written to a file as it comes, and never held whole.
    app.addContentTypeParser('*', (_request, payload, parsed) => parsed(null, payload));

    app.post(
      '/firmware/import',
      {
        config,
        bodyLimit: MOST_BYTES,
        schema: {
          tags,
          summary: 'Take packages out of an archive into the store',
          description:
            'The body is the archive (application/octet-stream). The answer is a line of JSON for everything that happens, as `loadstep firmware import --json` prints it, and at the end `import.finished` or `import.failed` with a problem. An upload that breaks off leaves nothing.',
          consumes: ['application/octet-stream'],
          produces: ['application/x-ndjson'],
          querystring: query,
          response: { 200: z.string(), 400: problemSchema, 403: problemSchema, 409: problemSchema },
        },
      },
      async (request, reply) => {
        if (isBusy)
          throw new WebRefusal(409, 'E_BAD_USAGE', 'another import is under way; try again when it has ended');
        isBusy = true;
        const folder = await mkdtemp(join(tmpdir(), 'loadstep-upload-'));
        const leave = async () => {
          isBusy = false;
          await rm(folder, { recursive: true, force: true });
        };
        const path = join(folder, request.query.name);
        try {
          await pipeline(limited(request.body as Readable), createWriteStream(path, { flags: 'wx' }));
        } catch (error) {
          await leave();
          throw error;
        }
        const out = new PassThrough();
        const stop = new AbortController();
        reply.raw.once('close', () => stop.abort());
        const tell = (line: object) => void out.write(`${JSON.stringify(told(line, folder))}\n`);
        desk
          .take(path, tell, stop.signal)
          .catch((error: unknown) => {
            const problem = problemOf(error);
            if (problem.status >= 500)
              log.error({ event: 'web.failed', route: '/firmware/import', reason: String(error) });
            tell({ event: 'import.failed', ...problem });
          })
          .finally(async () => {
            await leave();
            out.end();
          });
        return reply.type('application/x-ndjson').send(out as unknown as string);
      },
    );

    app.post(
      '/firmware/verify',
      {
        config,
        schema: {
          tags,
          summary: 'Check every file of the store, or of one load',
          querystring: closed({ load: loadParameter.optional() }),
          response: { 200: z.object({ packages: z.array(z.looseObject({})) }), 403: problemSchema, 422: problemSchema },
        },
      },
      async ({ query: { load = null } }) => ({ packages: (await desk.verify(load)).map((one) => ({ ...one })) }),
    );

    app.delete(
      '/firmware/:load',
      {
        config,
        schema: {
          tags,
          summary: 'Take a load out of the store',
          params: z.object({ load: loadParameter }),
          response: {
            200: z.object({ forgotten: z.array(z.looseObject({})) }),
            403: problemSchema,
            422: problemSchema,
          },
        },
      },
      async ({ params: { load } }) => ({ forgotten: (await desk.forget(load)).map((one) => ({ ...one })) }),
    );
    done();
  };
}

/** The folder into which it was uploaded is nobody's business. */
function told(line: object, folder: string): object {
  return JSON.parse(JSON.stringify(line).replaceAll(`${folder}/`, ''));
}

async function* limited(body: Readable): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of body) {
    bytes += (chunk as Uint8Array).length;
    if (bytes > MOST_BYTES) throw new WebRefusal(413, 'E_BAD_USAGE', 'the archive is larger than 4 GB');
    yield chunk as Uint8Array;
  }
}
