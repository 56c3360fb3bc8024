import type { FastifyPluginCallback } from 'fastify';
import { type Html, html, NONE } from '../../core/report/html.ts';

interface Operation {
  readonly tags?: readonly string[];
  readonly summary?: string;
  readonly description?: string;
  readonly parameters?: readonly Parameter[];
  readonly responses?: Readonly<Record<string, unknown>>;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: { readonly description?: string };
}

/** The document of the API for programs, and the same for people. */
export function docsRoutes(): FastifyPluginCallback {
  return (app, _options, done) => {
    app.get('/api/v1/openapi.json', { schema: { hide: true } as object }, (_request, reply) =>
      reply.type('application/json').send(JSON.stringify(app.swagger())),
    );
    app.get('/api/docs', { schema: { hide: true } as object }, (_request, reply) =>
      reply.type('text/html; charset=utf-8').send(pageOf(app.swagger() as unknown as Document).text),
    );
    done();
  };
}

interface Document {
  readonly info: { readonly title: string; readonly version: string; readonly description?: string };
  readonly tags?: readonly { readonly name: string; readonly description?: string }[];
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

function pageOf({ info, tags = [], paths = {} }: Document): Html {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const groups = tags.map(({ name, description = '' }) => {
    const own = operations.filter(({ operation }) => operation.tags?.includes(name) === true);
    return own.length === 0
      ? NONE
      : html`<section><h2>${name}</h2><p>${description}</p>${own.map(operationOf)}</section>`;
  });
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${info.title} ${info.version}: API</title><link rel="stylesheet" href="/page.css"></head>
<body class="docs"><main><h1>${info.title} ${info.version}: API</h1><p>${info.description ?? ''}</p>
<p>For programs: <a href="/api/v1/openapi.json">/api/v1/openapi.json</a> (OpenAPI 3.1).</p>${groups}</main></body></html>`;
}

function operationOf({ path, method, operation }: { path: string; method: string; operation: Operation }): Html {
  const { summary = '', description = '', parameters = [], responses = {} } = operation;
  const rows = parameters.map(
    (one) =>
      html`<tr><td><code>${one.name}</code></td><td>${one.in}${one.required === true ? ', needed' : ''}</td><td>${one.description ?? one.schema?.description ?? ''}</td></tr>`,
  );
  const table = rows.length === 0 ? NONE : html`<table><tbody>${rows}</tbody></table>`;
  return html`<article><h3><code>${method.toUpperCase()} ${path}</code></h3><p>${summary}. ${description}</p>${table}<p class="quiet">Answers: ${Object.keys(responses).join(', ')}</p></article>`;
}
