import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyPluginCallback } from 'fastify';

/** Every file of the page, and the address at which it is; there are no others. */
const FILES = [
  { url: '/', name: 'index.html', type: 'text/html; charset=utf-8' },
  { url: '/page.js', name: 'page.js', type: 'text/javascript; charset=utf-8' },
  { url: '/bar-code.js', name: 'bar-code.js', type: 'text/javascript; charset=utf-8' },
  { url: '/page.css', name: 'page.css', type: 'text/css; charset=utf-8' },
  { url: '/icon.svg', name: 'icon.svg', type: 'image/svg+xml' },
];

/** The page: a handful of files that are read once. It holds no data, so that everybody may load it, and log in there. */
export function pageRoutes(folder: string): FastifyPluginCallback {
  return (app, _options, done) => {
    for (const { url, name, type } of FILES) {
      const bytes = readFileSync(join(folder, name));
      const tag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
      const hidden = { schema: { hide: true } as object, config: { webRole: 'nobody' as const } };
      app.get(url, hidden, (request, reply) => {
        reply.header('etag', tag).header('cache-control', 'no-cache');
        if (request.headers['if-none-match'] === tag) return reply.code(304).send();
        return reply.type(type).send(bytes);
      });
    }
    done();
  };
}
