import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { pauseOf } from '../../app/batch/batch-status.ts';
import { reportInTurns } from '../../app/told/batch-report.ts';
import { batchesOf } from '../../app/told/batches.ts';
import { namelessPhones } from '../../app/told/nameless-phones.ts';
import { pauseJson } from '../../app/told/phone-json.ts';
import { storyJson, summaryJson } from '../../app/told/report-json.ts';
import { limitsText } from '../../core/batch/batch-state.ts';
import { explain } from '../../core/explain/explain.ts';
import { loadWords } from '../../core/matrix/load-words.ts';
import { familyFacts } from '../../core/matrix/matrix.ts';
import { renderMatrixMermaid, renderMatrixText } from '../../core/matrix/render-matrix.ts';
import { PHONE_STATES } from '../../core/phone-states.ts';
import { placeText } from '../events/place.ts';
import type { PhoneBoard } from '../phone-board.ts';
import { WebRefusal } from '../problem.ts';
import { closed, familyParameter, macParameter, problemSchema } from '../schema/common.ts';
import { reportSchema, type storySchema } from '../schema/phone.ts';
import {
  batchSchema,
  explainSchema,
  familySchema,
  machineSchema,
  matrixSchema,
  serverSchema,
} from '../schema/server.ts';
import type { WebParts } from '../web-parts.ts';

/** Never told: nothing is answered before phones are. */
const NOWHERE = { address: '', port: 0 };

/** What can be read of the server, the batch, and what is known of phones at all. */
export function serverRoutes(parts: WebParts, board: PhoneBoard): FastifyPluginCallbackZod {
  const { store, stories } = board;
  const { matrix, firmware, clock, version, phonesAt, startedAt, isBeside, transitions } = parts;
  const words = loadWords(matrix);

  return (app, _options, done) => {
    app.get(
      '/server',
      { schema: { tags: ['server'], summary: 'The server itself', response: { 200: serverSchema } } },
      () => {
        const states: Record<string, number> = {};
        for (const { state } of board.phones()) states[state] = (states[state] ?? 0) + 1;
        return {
          version,
          now: new Date(clock.wall()).toISOString(),
          startedAt: new Date(startedAt).toISOString(),
          phonesAt: phonesAt() ?? NOWHERE,
          isBeside,
          place: placeText(store.newestPlace()),
          states,
          packages: firmware.index().packages.length,
          nameless: namelessPhones(store, clock.wall()),
        };
      },
    );

    app.get(
      '/batch',
      { schema: { tags: ['batch'], summary: 'What holds phones back', response: { 200: batchSchema } } },
      () => {
        const batch = store.batch();
        const { revision, limits, canaries, isCanaryOver, isFinished, missing } = batch;
        return {
          ...{ revision, limits, limitsText: limitsText(limits), paused: pauseJson(pauseOf(batch)) },
          ...{ canaries, isCanaryOver, isFinished, missing, batches: batchesOf(store.phones()) },
        };
      },
    );

    app.get(
      '/report',
      {
        schema: {
          tags: ['batch'],
          summary: 'What became of all phones, or of those of a batch',
          querystring: closed({ batch: z.string().max(200).optional(), mac: macParameter.optional() }),
          response: { 200: reportSchema, 404: problemSchema },
        },
      },
      async ({ query: { batch = null, mac = null } }) => {
        const report = await reportInTurns(store, matrix, { batch, mac }, clock.wall(), startedAt, stories);
        if (report.total === 0 && (batch !== null || mac !== null)) {
          const where = batch === null ? '' : ` in batch "${batch}"`;
          throw new WebRefusal(
            404,
            'E_BAD_USAGE',
            `${mac ?? 'no phone'} was ${mac === null ? '' : 'n'}ever enrolled${where}`,
          );
        }
        const phones = report.phones.map((one) => storyJson(one) as z.input<typeof storySchema>);
        return { ...summaryJson(report, pauseOf(store.batch())), phones } as z.input<typeof reportSchema>;
      },
    );

    app.get(
      '/explain',
      {
        schema: {
          tags: ['knowledge'],
          summary: 'What a code, a message or the name of a file means',
          querystring: closed({ q: z.string().min(1).max(500) }),
          response: { 200: explainSchema },
        },
      },
      ({ query: { q } }) => ({
        entries: explain(q, words).map(({ match: _match, asks: _asks, ...told }) => told),
      }),
    );

    app.get(
      '/machine',
      {
        schema: {
          tags: ['knowledge'],
          summary: 'The states of a phone and how it comes from one to another',
          response: { 200: machineSchema },
        },
      },
      () => ({
        states: PHONE_STATES,
        transitions: transitions().map(({ from, to, event }) => ({ from, to, event })),
      }),
    );

    app.get(
      '/matrix',
      { schema: { tags: ['knowledge'], summary: 'Families, models and loads', response: { 200: matrixSchema } } },
      () => ({
        families: matrix.families.map(({ family, title, isVerified, models, releases }) => ({
          ...{ family, title, isVerified, models: models.map(({ model }) => model) },
          loads: releases.map(({ load, title, protocol }) => ({ load, title, protocol })),
        })),
      }),
    );

    app.get(
      '/matrix/:family',
      {
        schema: {
          tags: ['knowledge'],
          summary: 'Everything known of a family',
          params: z.object({ family: familyParameter }),
          response: { 200: familySchema, 404: problemSchema },
        },
      },
      ({ params: { family } }) => {
        const facts = familyFacts(matrix, family);
        if (facts === undefined) throw new WebRefusal(404, 'E_BAD_USAGE', `nothing is known of family ${family}`);
        return { ...facts, text: renderMatrixText(matrix, family), mermaid: renderMatrixMermaid(matrix, family) };
      },
    );
    done();
  };
}
