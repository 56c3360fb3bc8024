import { createHash } from 'node:crypto';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { reportInTurns } from '../../app/told/batch-report.ts';
import { REPORT_STYLE } from '../../core/report/html-style.ts';
import { renderHtml } from '../../core/report/render-html.ts';
import type { PhoneBoard } from '../phone-board.ts';
import { unknownPhone, WebRefusal } from '../problem.ts';
import { closed, macParameter } from '../schema/common.ts';
import type { WebParts } from '../web-parts.ts';

/** Nothing but the style of the sheets, which is always the same. */
const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(REPORT_STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

const query = closed({ mac: macParameter.optional(), batch: z.string().max(200).optional() });

/** The sheets of `loadstep report --html`: a certificate of one phone, or a summary and one for each. */
export function certificateRoutes(parts: WebParts, { store, stories }: PhoneBoard): FastifyPluginCallbackZod {
  const { matrix, firmware, clock, startedAt, words } = parts;

  return (app, _options, done) => {
    app.get(
      '/certificates',
      { schema: { hide: true, querystring: query } as { querystring: typeof query } },
      async ({ query: { mac = null, batch = null } }, reply) => {
        const report = await reportInTurns(store, matrix, { mac, batch }, clock.wall(), startedAt, stories);
        if (mac !== null && report.total === 0) throw unknownPhone(mac);
        if (batch !== null && report.total === 0) {
          throw new WebRefusal(404, 'E_BAD_USAGE', `no phone was ever enrolled in batch "${batch}"`);
        }
        const { packages } = firmware.index();
        const synthetic = new Set<string>(packages.filter((one) => one.isSynthetic === true).map(({ load }) => load));
        const page = renderHtml(report, words, mac === null ? 'all' : 'phones', synthetic);
        reply.header('content-security-policy', POLICY).header('cache-control', 'no-store');
        return reply.type('text/html; charset=utf-8').send(page);
      },
    );
    done();
  };
}
