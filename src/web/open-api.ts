import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';

/** What is said of every group of routes. */
const TAGS = [
  { name: 'phones', description: 'Phones: where they are, what they asked for, what became of them' },
  { name: 'batch', description: 'All phones together' },
  { name: 'firmware', description: 'The firmware store, and the roads that it opens' },
  { name: 'events', description: 'What happens, as it happens' },
  { name: 'knowledge', description: 'The failure catalogue and the firmware matrix' },
  { name: 'server', description: 'The server itself' },
  { name: 'session', description: 'Logging in' },
];

/** Collects the routes that are added from now on into one document. */
export async function describeApi(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'loadstep',
        version,
        description:
          'What `loadstep serve --web` answers. Errors are problem documents (RFC 9457) with the codes of the command line.',
        license: { name: 'MIT' },
      },
      tags: TAGS,
    },
    transform: jsonSchemaTransform,
  });
}
