import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import { pauseOf } from '../../app/batch/batch-status.ts';
import { batchesOf } from '../../app/told/batches.ts';
import { atPortJson, type BenchLayout, benchLayout, silentAt } from '../../app/told/bench-layout.ts';
import { eventJson } from '../../app/told/event-json.ts';
import { namelessPhones } from '../../app/told/nameless-phones.ts';
import { pauseJson } from '../../app/told/phone-json.ts';
import type { ReadingPlace } from '../../ports/record-rows.ts';
import { placeOf, placeText } from '../events/place.ts';
import type { PhoneBoard } from '../phone-board.ts';
import { unknownPhone, WebRefusal } from '../problem.ts';
import { problemSchema } from '../schema/common.ts';
import { batchRowsQuery, benchSchema, readingPage, readingQuery, statusQuery, statusSchema } from '../schema/record.ts';
import type { WebParts } from '../web-parts.ts';

const REFUSED = { 400: problemSchema, 404: problemSchema };

/** The map of the bench is drawn anew after so long (invented); a switch is asked once a minute. */
const LAYOUT_MS = 1_000;

type Rows = z.input<typeof readingPage>['rows'];

/** The record as `loadstep status` and `loadstep history` read it: in one piece, or page by page in the order of time. */
export function recordRoutes(parts: WebParts, board: PhoneBoard): FastifyPluginCallbackZod {
  const { store } = board;
  let layout: BenchLayout | null = null;
  const { clock, isBeside, leased, startedAt } = parts;

  return (app, _options, done) => {
    app.get(
      '/status',
      {
        schema: {
          tags: ['phones'],
          summary: 'Where phones are, with what holds them back, as one picture',
          description:
            'What `loadstep status` tells. For many phones, or again and again, `/phones` and `/events` cost less.',
          querystring: statusQuery,
          response: { 200: statusSchema, ...REFUSED },
        },
      },
      ({ query: { mac, batch } }) => {
        if (mac !== undefined && batch !== undefined)
          throw new WebRefusal(400, 'E_BAD_USAGE', 'give one of mac and batch');
        if (mac !== undefined && store.phone(mac) === null) throw unknownPhone(mac);
        const records = store.phones();
        const batches = batchesOf(records);
        if (batch !== undefined && !batches.includes(batch)) throw noBatch(batch);
        const macs =
          mac !== undefined
            ? [mac]
            : batch === undefined
              ? null
              : records.filter(({ enrolment }) => enrolment?.batch === batch).map((record) => record.mac);
        const wanted = macs === null ? null : new Set(macs);
        const now = clock.wall();
        const { limits, ...batchNow } = store.batch();
        return {
          now: new Date(now).toISOString(),
          phones: board.phones().filter((phone) => wanted === null || wanted.has(phone.mac)),
          paused: pauseJson(pauseOf({ limits, ...batchNow })),
          ...{ batches, atOnce: limits.atOnce, isBeside },
          nameless: [
            ...namelessPhones(store, now, { leased: leased(), macs }),
            ...silentAt(store, now, { listensSince: startedAt, isBeside, macs }),
          ],
        };
      },
    );

    app.get(
      '/bench',
      {
        schema: {
          tags: ['phones'],
          summary: 'Which phone hangs at which port of which switch, and which of them asks nothing',
          response: { 200: benchSchema },
        },
      },
      () => {
        // Twenty pages cost as much as one.
        if (layout === null || Math.abs(clock.wall() - layout.now) > LAYOUT_MS)
          layout = benchLayout(store, clock.wall(), { listensSince: startedAt, isBeside });
        const { now, ports, ...rest } = layout;
        return { now: new Date(now).toISOString(), ports: ports.map(atPortJson), ...rest };
      },
    );

    app.get(
      '/history',
      {
        schema: {
          tags: ['phones'],
          summary: 'The rows of phones in the order of time, page by page',
          querystring: readingQuery,
          response: { 200: readingPage, ...REFUSED },
        },
      },
      ({ query: { mac = null, since, after, limit } }) => {
        if (mac !== null && store.phone(mac) === null) throw unknownPhone(mac);
        const from =
          after === undefined ? { since: since === undefined ? null : Date.parse(since) } : readingFrom(after);
        const { rows, next } = store.readOn(mac, from, limit);
        return { rows: rows.map((row) => eventJson(row)) as Rows, next: next === null ? null : readingText(next) };
      },
    );

    app.get(
      '/batch/history',
      {
        schema: {
          tags: ['batch'],
          summary: 'The rows about all phones together, in the order in which they were recorded',
          querystring: batchRowsQuery,
          response: { 200: readingPage, ...REFUSED },
        },
      },
      ({ query: { after = '0.0', limit } }) => {
        const place = placeOf(after);
        if (place === null) throw new WebRefusal(400, 'E_BAD_USAGE', 'after is no place in the record');
        const { phones } = store.newestPlace();
        const rows = store.rowsAfter({ phones, batch: place.batch }, limit).filter(({ row }) => row.mac === undefined);
        const end = rows.at(-1)?.place;
        return {
          rows: rows.map(({ row }) => eventJson(row)) as Rows,
          next: rows.length < limit || end === undefined ? null : placeText(end),
        };
      },
    );
    done();
  };
}

function noBatch(batch: string): WebRefusal {
  return new WebRefusal(404, 'E_BAD_USAGE', `no phone was ever enrolled in batch "${batch}"`);
}

function readingText({ at, sequence, last }: ReadingPlace): string {
  return `${at}-${sequence}-${last}`;
}

function readingFrom(text: string): ReadingPlace {
  const [at = 0, sequence = 0, last = 0] = text.split('-').map(Number);
  return { at, sequence, last };
}
