import { expect, test } from 'vitest';
import type { WebRole } from '../../src/ports/web-access.ts';
import { newToken } from '../../src/web/guard/credentials.ts';
import { webBench } from './web-bench.ts';

const ELSEWHERE = { remoteAddress: '192.168.1.9' };
const HOST = '192.168.1.5:6980';

/** What is answered to everybody: the page itself, signs of life, and how to log in. */
const FOR_EVERYBODY = /^(GET \/(healthz|readyz|[\w-]+\.(js|css|svg))?|(GET|POST|DELETE) \/api\/v1\/session)$/;

interface Route {
  readonly method: string;
  readonly url: string;
}

/** Every route that the application has, as its own router prints them, with something in place of its parameters. */
function routesOf(printed: string): readonly Route[] {
  const routes: Route[] = [];
  const stack: string[] = [];
  for (const line of printed.split('\n')) {
    const match = /^((?:│ {3}| {4})*)[├└]── (\S*)(?: \(([A-Z, ]+)\))?/.exec(line);
    if (match === null) continue;
    stack.length = (match[1] ?? '').length / 4;
    stack.push(match[2] ?? '');
    for (const method of (match[3] ?? '')
      .split(', ')
      .filter((one) => one !== '' && one !== 'HEAD' && one !== 'OPTIONS')) {
      routes.push({ method, url: stack.join('') });
    }
  }
  return routes;
}

/** An address of the route: phones and loads that there are not, and a place of the stream that is none, so that nothing begins. */
function addressOf({ url }: Route): string {
  const filled = url.replace(':mac', '0018B9C0FF77').replace(':load', 'P0S3-08-11-00').replace(':family', '79x0');
  return filled.endsWith('/events') ? `${filled}?after=nonsense` : filled;
}

test('every route asks for its role: nobody without one, who may look changes nothing, who may act does everything', async () => {
  const web = await webBench();
  const tokenFor = (role: WebRole) => {
    const { token, access } = newToken(`of-${role}`, role, web.clock.wall());
    web.store.keepWebAccess(access);
    return `Bearer ${token}`;
  };
  const [look, act] = [tokenFor('look'), tokenFor('act')];
  const routes = routesOf(web.app.printRoutes({ commonPrefix: false }));
  expect(routes.length).toBeGreaterThan(35);
  const found: Record<string, string> = {};
  const wanted: Record<string, string> = {};
  for (const route of routes) {
    const statusFor = async (authorization: string | null) => {
      const headers = { host: HOST, ...(authorization === null ? {} : { authorization }) };
      const answer = await web.app.inject({
        method: route.method as 'GET',
        url: addressOf(route),
        headers,
        ...ELSEWHERE,
      });
      return answer.statusCode === 401 || answer.statusCode === 403 ? String(answer.statusCode) : 'in';
    };
    const name = `${route.method} ${route.url}`;
    found[name] = `${await statusFor(null)} ${await statusFor(look)} ${await statusFor(act)}`;
    const isOpen = FOR_EVERYBODY.test(name);
    wanted[name] = isOpen ? 'in in in' : route.method === 'GET' ? '401 in in' : '401 403 in';
  }
  // A login without a password is none, whoever asks.
  delete found['POST /api/v1/session'];
  delete wanted['POST /api/v1/session'];
  expect(found).toEqual(wanted);
});
