import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { accessOfPassword, MOST_PASSWORD, SESSION_MS, sessionOf } from '../guard/credentials.ts';
import { Tries } from '../guard/tries.ts';
import { COOKIE, isOwnMachine, roleOf } from '../guard/who.ts';
import { WebRefusal } from '../problem.ts';
import { closed, problemSchema } from '../schema/common.ts';
import type { WebParts } from '../web-parts.ts';

const tags = ['session'];
const role = z.enum(['look', 'act']);
const sessionSchema = z.object({
  role: role.nullable().meta({ description: 'What you may do; null before you are logged in' }),
  isOwnMachine: z
    .boolean()
    .meta({ description: 'True where no password is asked for, since it is the machine itself' }),
});

/** Logging in and out. */
export function sessionRoutes(parts: WebParts, isSecure: boolean): FastifyPluginCallbackZod {
  const { store, clock, log } = parts;
  const tries = new Tries(clock);
  const cookie = (value: string, seconds: number) =>
    `${COOKIE}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`;

  return (app, _options, done) => {
    app.get(
      '/session',
      { config: { webRole: 'nobody' }, schema: { tags, summary: 'What you may do', response: { 200: sessionSchema } } },
      (request) => ({ role: roleOf(request, parts), isOwnMachine: isOwnMachine(request, parts) }),
    );

    app.post(
      '/session',
      {
        config: { webRole: 'nobody' },
        schema: {
          tags,
          summary: 'Log in with a password',
          body: closed({ password: z.string().max(MOST_PASSWORD) }),
          response: { 200: z.object({ role }), 401: problemSchema, 429: problemSchema },
        },
      },
      async (request, reply) => {
        const address = request.socket.remoteAddress ?? '';
        if (!tries.take(address)) {
          log.warn({ event: 'web.too-many-tries', address });
          throw new WebRefusal(429, 'E_WEB_REFUSED', 'that was tried too often; wait a minute');
        }
        const access = await accessOfPassword(request.body.password, store.webAccesses());
        if (access === null) {
          log.warn({ event: 'web.wrong-password', address });
          throw new WebRefusal(
            401,
            'E_WEB_REFUSED',
            'that is not the password; "loadstep web password" sets another one',
          );
        }
        tries.forget(address);
        reply.header('set-cookie', cookie(sessionOf(access, clock.wall()), SESSION_MS / 1000));
        return { role: access.role };
      },
    );

    app.delete(
      '/session',
      {
        config: { webRole: 'nobody' },
        schema: { tags, summary: 'Log out', response: { 200: z.object({ role: z.null() }) } },
      },
      (_request, reply) => {
        reply.header('set-cookie', cookie('', 0));
        return { role: null };
      },
    );
    done();
  };
}
