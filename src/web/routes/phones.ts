import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { planOfRecord } from '../../app/list/road-of-record.ts';
import { reportInTurns } from '../../app/told/batch-report.ts';
import { eventJson } from '../../app/told/event-json.ts';
import type { PhoneJson } from '../../app/told/phone-json.ts';
import { storyJson } from '../../app/told/report-json.ts';
import { hopsOf } from '../../app/told/time-left.ts';
import { packageOf } from '../../core/answer/package-of-hop.ts';
import { isPublishable } from '../../core/firmware/package.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { planJson } from '../../core/plan/describe-plan.ts';
import type { PageEdge } from '../../ports/record-rows.ts';
import type { PhoneRecord } from '../../ports/store.ts';
import type { PhoneBoard } from '../phone-board.ts';
import { unknownPhone, WebRefusal } from '../problem.ts';
import { macParameter, problemSchema } from '../schema/common.ts';
import {
  enrolmentSchema,
  historyPage,
  historyQuery,
  phoneSchema,
  phonesPage,
  phonesQuery,
  planSchema,
  storySchema,
} from '../schema/phone.ts';
import type { WebParts } from '../web-parts.ts';

const NO_SUCH = { 404: problemSchema };
const params = z.object({ mac: macParameter });
const tags = ['phones'];

/** What can be read of phones. */
export function phoneRoutes(parts: WebParts, board: PhoneBoard): FastifyPluginCallbackZod {
  const { store, stories } = board;
  const { matrix, firmware, clock, startedAt } = parts;

  function recordOf(mac: MacAddress): PhoneRecord {
    const record = store.phone(mac);
    if (record === null) throw unknownPhone(mac);
    return record;
  }

  return (app, _options, done) => {
    app.get(
      '/phones',
      { schema: { tags, summary: 'Where every phone is', querystring: phonesQuery, response: { 200: phonesPage } } },
      ({ query }) => {
        const chosen = chosenFrom(board.phones(), query, store);
        const from = query.after === undefined ? 0 : chosen.findIndex(({ mac }) => mac === query.after) + 1;
        const phones = chosen.slice(from, from + query.limit);
        const isLast = from + query.limit >= chosen.length;
        return { total: chosen.length, phones, next: isLast ? null : (phones.at(-1)?.mac ?? null) };
      },
    );

    app.get(
      '/phones/:mac',
      { schema: { tags, summary: 'Where one phone is', params, response: { 200: phoneSchema, ...NO_SUCH } } },
      ({ params: { mac } }) => {
        const found = board.phones().find((phone) => phone.mac === mac);
        if (found === undefined) throw unknownPhone(mac);
        return found;
      },
    );

    app.get(
      '/phones/:mac/history',
      {
        schema: {
          tags,
          summary: 'Everything that is recorded of a phone, the newest page first',
          params,
          querystring: historyQuery,
          response: { 200: historyPage, ...NO_SUCH },
        },
      },
      ({ params: { mac }, query: { before, limit } }) => {
        recordOf(mac);
        const page = store.pageOf(mac, before === undefined ? null : edgeOf(before), limit);
        const edge = page.before;
        return {
          rows: page.rows.map((row) => eventJson(row) as z.input<typeof historyPage>['rows'][number]),
          before: edge === null ? null : `${edge.at}-${edge.sequence}`,
        };
      },
    );

    app.get(
      '/phones/:mac/enrolment',
      {
        schema: {
          tags,
          summary: 'How a phone stands on the list, or stood there last',
          params,
          response: { 200: enrolmentSchema, ...NO_SUCH },
        },
      },
      ({ params: { mac } }) => {
        const enrolment = store.phone(mac)?.enrolment ?? null;
        if (enrolment === null) throw new WebRefusal(404, 'E_BAD_USAGE', `${mac} was never on the list`);
        const { beganWith: _began, enrolledAt, extension = null, isCancelled = false, ...rest } = enrolment;
        return { ...rest, extension, isCancelled, enrolledAt: new Date(enrolledAt).toISOString() };
      },
    );

    app.get(
      '/phones/:mac/plan',
      { schema: { tags, summary: 'The road of a phone', params, response: { 200: planSchema, ...NO_SUCH } } },
      ({ params: { mac } }) => {
        const record = recordOf(mac);
        const { plan, from } = planOfRecord({ matrix, index: firmware.index(), record, target: null, model: null });
        const road = hopsOf(record).map((hop) => {
          const { load, why, sources, level } = hop;
          const pack = packageOf(hop, firmware.index());
          return { load, why, sources, level, present: pack !== undefined && isPublishable(pack.verdict) };
        });
        return { ...(planJson(plan, from) as z.input<typeof planSchema>), road };
      },
    );

    app.get(
      '/phones/:mac/report',
      { schema: { tags, summary: 'What became of a phone', params, response: { 200: storySchema, ...NO_SUCH } } },
      async ({ params: { mac } }) => {
        const { phones } = await reportInTurns(store, matrix, { batch: null, mac }, clock.wall(), startedAt, stories);
        const [story] = phones;
        if (story === undefined) throw unknownPhone(mac);
        return storyJson(story) as z.input<typeof storySchema>;
      },
    );
    done();
  };
}

function edgeOf(text: string): PageEdge {
  const [at = 0, sequence = 0] = text.split('-').map(Number);
  return { at, sequence };
}

function chosenFrom(
  phones: readonly PhoneJson[],
  { state, batch, listed, q }: z.output<typeof phonesQuery>,
  store: WebParts['store'],
): PhoneJson[] {
  const states = state === undefined ? null : new Set(state.split(','));
  const text = q?.toLowerCase();
  const inBatch =
    batch === undefined
      ? null
      : new Set(store.phones().flatMap(({ mac, enrolment }) => (enrolment?.batch === batch ? [mac] : [])));
  return phones.filter((phone) => {
    if (states !== null && !states.has(phone.state)) return false;
    if (listed !== undefined && String(phone.isEnrolled) !== listed) return false;
    if (inBatch !== null && !inBatch.has(phone.mac)) return false;
    return text === undefined || wordsOf(phone).some((word) => word?.toLowerCase().includes(text));
  });
}

function wordsOf({ mac, label, model, port, target }: PhoneJson): readonly (string | null | undefined)[] {
  return [mac, label, model, port, target];
}
