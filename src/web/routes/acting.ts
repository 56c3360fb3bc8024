import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { cancelOne } from '../../app/list/cancel.ts';
import { enrolFor, type Wish } from '../../app/list/enrol.ts';
import { pauseBatch, resumeBatch } from '../../app/list/pausing.ts';
import { wholeWish, wishFault } from '../../app/list/wish-check.ts';
import { statusOf } from '../../app/told/phone-status.ts';
import { withLimits } from '../../core/batch/batch-state.ts';
import { parseModel } from '../../core/names/family.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { PhoneBoard } from '../phone-board.ts';
import { WebRefusal } from '../problem.ts';
import {
  doneSchema,
  enrolledSchema,
  enrolSchema,
  limitsSchema,
  listQuery,
  listResultSchema,
  pausedSchema,
  reasonSchema,
  resumedSchema,
} from '../schema/acting.ts';
import { macParameter, noBody, problemSchema } from '../schema/common.ts';
import type { WebParts } from '../web-parts.ts';

const config = { webRole: 'act' as const };
const params = z.object({ mac: macParameter });
const REFUSED = { 400: problemSchema, 403: problemSchema, 404: problemSchema, 422: problemSchema };

/** What changes the list of phones, and the batch: through the same use cases as the command line. */
export function actingRoutes(parts: WebParts, board: PhoneBoard): FastifyPluginCallbackZod {
  const { store, matrix, clock, syncList, readList } = parts;

  /** The server takes it over at once, and the next who looks sees it. */
  function changed(): void {
    syncList();
    board.forget();
  }

  function enrolOne(wish: Wish) {
    const record = store.phone(wish.mac);
    const fault = wishFault(matrix, wholeWish(wish, record?.enrolment ?? null));
    if (fault !== null) throw new WebRefusal(422, fault.code, `${wish.mac}: ${fault.why}`);
    return enrolFor(store, wish, clock.wall(), record === null ? null : statusOf(record));
  }

  function notListed(mac: MacAddress): WebRefusal {
    return new WebRefusal(404, 'E_BAD_USAGE', `${mac} is not on the list`);
  }

  return (app, _options, done) => {
    // A list is taken as bytes: spreadsheets write it in several encodings.
    app.addContentTypeParser(
      ['text/csv', 'application/octet-stream'],
      { parseAs: 'buffer' },
      (_request, body, parsed) => parsed(null, body),
    );

    app.post(
      '/phones',
      {
        config,
        schema: {
          tags: ['phones'],
          summary: 'Put a phone on the list',
          body: enrolSchema,
          response: { 200: enrolledSchema, ...REFUSED },
        },
      },
      ({ body }) => {
        const { mac, target, from = null, model: text, label = null, batch, port, serial, extension } = body;
        const model = text === undefined ? null : parseModel(text);
        if (text !== undefined && model === null) {
          throw new WebRefusal(
            400,
            'E_BAD_USAGE',
            `"${text}" is not a model loadstep converts; write one such as 7940`,
          );
        }
        const place = {
          ...(batch && { batch }),
          ...(port && { port }),
          ...(serial && { serial }),
          ...(extension && { extension }),
        };
        const result = enrolOne({ ...{ mac, target, from, model, label }, ...place });
        changed();
        return { mac, result };
      },
    );

    app.post(
      '/phones/list',
      {
        config,
        schema: {
          tags: ['phones'],
          summary: 'Put the phones of a list (CSV) on the list: good rows are taken, and bad rows named by line',
          consumes: ['text/csv'],
          querystring: listQuery,
          response: { 200: listResultSchema, ...REFUSED },
        },
      },
      ({ body, query: { target = null, batch } }) => {
        if (!(body instanceof Uint8Array)) throw new WebRefusal(415, 'E_BAD_USAGE', 'send the list as text/csv');
        const list = readList(body, { target, ...(batch === undefined ? {} : { batch }) });
        const problems = list.problems.map(({ line, why }) => ({ line, why }));
        const phones: z.input<typeof listResultSchema>['phones'] = [];
        for (const wish of list.wishes) {
          const line = list.lines.get(wish.mac) ?? 0;
          const fault = wishFault(matrix, wholeWish(wish, store.phone(wish.mac)?.enrolment ?? null));
          if (fault === null) phones.push({ mac: wish.mac, line, result: enrolOne(wish) });
          else problems.push({ line, why: fault.why });
        }
        changed();
        return { phones, problems: problems.sort((a, b) => a.line - b.line), notes: [...list.notes] };
      },
    );

    app.post(
      '/phones/:mac/release',
      {
        config,
        schema: {
          tags: ['phones'],
          summary: 'Take a phone off the list',
          params,
          body: noBody,
          response: { 200: doneSchema, ...REFUSED },
        },
      },
      ({ params: { mac } }) => {
        if (!store.release(mac, clock.wall())) throw notListed(mac);
        changed();
        return { mac, result: 'released' };
      },
    );

    app.post(
      '/phones/:mac/retry',
      {
        config,
        schema: {
          tags: ['phones'],
          summary: 'Start a phone again',
          params,
          body: noBody,
          response: { 200: doneSchema, ...REFUSED },
        },
      },
      ({ params: { mac } }) => {
        if (!store.retry(mac, clock.wall())) throw notListed(mac);
        changed();
        return { mac, result: 'starts again' };
      },
    );

    app.post(
      '/phones/:mac/cancel',
      {
        config,
        schema: {
          tags: ['phones'],
          summary: 'Stop the conversion of a phone, never in the middle of a flash',
          params,
          body: noBody,
          response: { 200: doneSchema, ...REFUSED },
        },
      },
      ({ params: { mac } }) => {
        const result = cancelOne(store, mac, clock.wall());
        if (result === 'unknown') throw notListed(mac);
        changed();
        return { mac, result };
      },
    );

    app.post(
      '/batch/pause',
      {
        config,
        schema: {
          tags: ['batch'],
          summary: 'Let no phone begin another step',
          body: reasonSchema,
          response: { 200: pausedSchema, 403: problemSchema },
        },
      },
      ({ body }) => {
        const result = pauseBatch(store, body?.reason ?? 'the operator paused it', clock.wall());
        board.forget();
        return result;
      },
    );

    app.post(
      '/batch/resume',
      {
        config,
        schema: {
          tags: ['batch'],
          summary: 'Let a paused batch go on',
          body: reasonSchema,
          response: { 200: resumedSchema, 403: problemSchema },
        },
      },
      ({ body }) => {
        const result = resumeBatch(store, body?.reason ?? 'the operator resumed it', clock.wall());
        changed();
        return result;
      },
    );

    app.put(
      '/batch/limits',
      {
        config,
        schema: {
          tags: ['batch'],
          summary: 'Set what holds phones back; what is left out stays',
          body: limitsSchema,
          response: { 200: limitsSchema, 403: problemSchema },
        },
      },
      ({ body }) => {
        const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
        const { limits } = store.changeBatch((was) => {
          const next = withLimits(was, { ...was.limits, ...given });
          return next === was ? null : { state: next, events: [] };
        });
        changed();
        return limits;
      },
    );
    done();
  };
}
