import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import { planFrom, statedCandidates } from '../../app/list/road-ahead.ts';
import { startOfRecord } from '../../app/list/road-of-record.ts';
import { type ModelId, parseModel } from '../../core/names/family.ts';
import { familyOfLoad } from '../../core/names/load-name.ts';
import { planJson } from '../../core/plan/describe-plan.ts';
import {
  type NeededFrom,
  type NeededStart,
  neededFromEachSteps,
  startsFromFamily,
} from '../../core/plan/needed-starts.ts';
import { unknownPhone, WebRefusal } from '../problem.ts';
import { problemSchema } from '../schema/common.ts';
import { planSchema } from '../schema/phone.ts';
import { neededQuery, neededSchema, packagesSchema, planQuery } from '../schema/server.ts';
import type { WebParts } from '../web-parts.ts';

const tags = ['firmware'];
const REFUSED = { 400: problemSchema, 404: problemSchema, 422: problemSchema };

/** What can be read of firmware, and of the roads that it opens. */
export function firmwareRoutes({ store, matrix, firmware, thinking }: WebParts): FastifyPluginCallbackZod {
  function startsOf(
    { from, mac, family, target }: z.output<typeof neededQuery>,
    model: ModelId | null,
  ): readonly NeededStart[] {
    if ([from, mac, family].filter((one) => one !== undefined).length > 1) {
      throw new WebRefusal(400, 'E_BAD_USAGE', 'give one of from, mac and family, or none');
    }
    if (from !== undefined) return [{ from, candidates: statedCandidates(matrix, from, model) }];
    if (mac !== undefined) {
      const record = store.phone(mac);
      if (record === null) throw unknownPhone(mac);
      return [startOfRecord(matrix, record, model)];
    }
    const chosen = family ?? (target === undefined ? null : familyOfLoad(target));
    return chosen === null ? [] : startsFromFamily(matrix, chosen);
  }

  return (app, _options, done) => {
    app.get(
      '/firmware',
      { schema: { tags, summary: 'What the firmware store holds', response: { 200: packagesSchema } } },
      async () => {
        const { records, bytes, hasStrays } = await firmware.list();
        return { packages: [...records], bytes, hasStrays };
      },
    );

    app.get(
      '/firmware/needed',
      {
        schema: {
          tags,
          summary: 'Which packages a road still needs',
          querystring: neededQuery,
          response: { 200: neededSchema, ...REFUSED },
        },
      },
      async ({ query }) => {
        const enrolled = query.mac === undefined ? null : (store.phone(query.mac)?.enrolment?.target ?? null);
        const target = query.target ?? enrolled;
        if (target === null)
          throw new WebRefusal(400, 'E_BAD_USAGE', 'target is missing, such as target=P0S3-08-11-00');
        const model = modelOf(query.model);
        const noStart = [query.from, query.mac, query.family].every((one) => one === undefined);
        const family = query.family ?? (noStart ? familyOfLoad(target) : null);
        const question = {
          matrix,
          index: firmware.index(),
          target,
          model,
          ...(family && { statedFamily: family }),
        };
        const starts = await thinking.think(neededFromEachSteps(question, startsOf({ ...query, target }, model)));
        return { target, starts: starts.map(neededJson) };
      },
    );

    app.get(
      '/plan',
      {
        schema: {
          tags,
          summary: 'The road from one load to another, without a phone',
          querystring: planQuery,
          response: { 200: planSchema, ...REFUSED },
        },
      },
      ({ query: { from, target, model: text } }) => {
        const plan = planFrom({ matrix, index: firmware.index(), from, target, model: modelOf(text) });
        return planJson(plan, from) as z.input<typeof planSchema>;
      },
    );
    done();
  };
}

function modelOf(text: string | undefined): ModelId | null {
  const model = text === undefined ? null : parseModel(text);
  if (text === undefined || model !== null) return model;
  throw new WebRefusal(400, 'E_BAD_USAGE', `"${text}" is not a model loadstep converts; write one such as 7940`);
}

function neededJson({ from, words, needed }: NeededFrom): z.input<typeof neededSchema>['starts'][number] {
  const alternatives = needed.ok ? needed.alternatives : [];
  const failure = needed.ok ? {} : { code: needed.reason.code, reasons: needed.reason.reasons };
  const ready = alternatives.some(({ missing }) => missing.length === 0);
  const spelled = needed.ok ? { target: needed.target } : {};
  const told = { from, ...(words === undefined ? {} : { words }), ...spelled, ready };
  return { ...told, alternatives: alternatives.map((one) => ({ ...one })), ...failure };
}
