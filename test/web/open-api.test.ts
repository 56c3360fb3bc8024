import { expect, test } from 'vitest';
import { webBench } from './web-bench.ts';

const HOST = { host: '127.0.0.1:6980' };

interface Operation {
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly responses: Readonly<Record<string, { readonly content?: object }>>;
}

/** The routes that the router of the application has below the API. */
function routesOf(printed: string): string[] {
  const routes: string[] = [];
  const stack: string[] = [];
  for (const line of printed.split('\n')) {
    const match = /^((?:│ {3}| {4})*)[├└]── (\S*)(?: \(([A-Z, ]+)\))?/.exec(line);
    if (match === null) continue;
    const depth = (match[1] ?? '').length / 4;
    stack.length = depth;
    stack.push(match[2] ?? '');
    for (const method of (match[3] ?? '').split(', ').filter((one) => one !== '' && one !== 'HEAD')) {
      routes.push(`${method} ${stack.join('')}`);
    }
  }
  return routes;
}

test('the document has every route of the API, and no other', async () => {
  const { app } = await webBench();
  const document = (await app.inject({ url: '/api/v1/openapi.json', headers: HOST })).json();
  expect(document.openapi).toBe('3.1.0');
  const described = Object.entries<Record<string, Operation>>(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
  );
  const own = routesOf(app.printRoutes({ commonPrefix: false })).filter((route) => route.includes('/api/v1/'));
  expect(own.length).toBeGreaterThan(10);
  expect(described.sort()).toEqual(own.filter((route) => !route.endsWith('/openapi.json')).sort());
});

test('every route says what it does, in which group, and what it answers', async () => {
  const { app } = await webBench();
  const document = (await app.inject({ url: '/api/v1/openapi.json', headers: HOST })).json();
  const known = document.tags.map(({ name }: { name: string }) => name);
  for (const [path, methods] of Object.entries<Record<string, Operation>>(document.paths)) {
    for (const { summary, tags, responses } of Object.values(methods)) {
      expect(summary, path).toMatch(/^[A-Z]/);
      expect(known, path).toContain(tags?.[0]);
      expect(
        Object.keys(responses).some((status) => status.startsWith('2')),
        path,
      ).toBe(true);
    }
  }
});

test('the same is a page for people, without a script', async () => {
  const { app } = await webBench();
  const page = await app.inject({ url: '/api/docs', headers: HOST });
  expect(page.headers['content-type']).toContain('text/html');
  expect(page.body).toContain('GET /api/v1/phones/{mac}/history');
  expect(page.body).not.toContain('<script');
});

test('an address that there is not is a problem document', async () => {
  const { app } = await webBench();
  for (const url of ['/api/v1/nothing', '/../../etc/passwd', '/api/v1/phones/%2e%2e%2f']) {
    const answer = await app.inject({ url, headers: HOST });
    expect([400, 404]).toContain(answer.statusCode);
    expect(answer.headers['content-type']).toContain('application/problem+json');
  }
});
