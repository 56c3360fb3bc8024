import { PassThrough } from 'node:stream';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { awaitRestarts } from '../../app/restart/await-restarts.ts';
import { pause } from '../../app/time/pause.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { RestartAnswer } from '../../ports/restarts.ts';
import { problemOf, WebRefusal } from '../problem.ts';
import { macParameter, problemSchema } from '../schema/common.ts';
import { restartAnswerSchema, restartSchema } from '../schema/restart.ts';
import type { WebParts } from '../web-parts.ts';

/** Proxies, browsers and our own client take a server for dead that says nothing for a minute or more (invented). */
const BLANK_EVERY_MS = 10_000;

const DESCRIPTION =
  'The same as `loadstep restart`, with the same answer. It comes when the phone was heard to start, or no way came to anything: that can take minutes, and ' +
  'blanks are sent before it meanwhile, as JSON allows. A dry run says which way would be taken and what the others lack, and touches nothing: ask for one first. ' +
  'A phone that may be writing its flash is never told. Whoever uses the phone loses it until it is up again.';

type Told = z.input<typeof restartAnswerSchema>;

/** Restarts phones without hands: the wish goes through the record, as that of the command does. */
export function restartingRoutes({ store, clock, log }: WebParts): FastifyPluginCallbackZod {
  function refuseOthers(mac: MacAddress): void {
    if (store.phone(mac)?.enrolment?.status !== 'enrolled') {
      throw new WebRefusal(404, 'E_BAD_USAGE', `${mac} is not on the list`);
    }
    // A newer wish takes the place of an older one, whose phone may be restarting by now: who waits for that must not lose the answer.
    if (store.restartWishes().some((one) => one.mac === mac)) {
      throw new WebRefusal(409, 'E_RESTART_REFUSED', `the restart of ${mac} is under way already; see its history`);
    }
  }

  /** What came of it; null where nobody is there any more to hear that. What the phone was not told by then it is not told any more. */
  async function answerTo(mac: MacAddress, wanted: z.output<typeof restartSchema>, signal: AbortSignal) {
    const { dryRun: isDryRun, by = null, timeoutSeconds } = wanted;
    let answer: RestartAnswer | null = null;
    const { why } = await awaitRestarts<'left'>({
      ...{ shelf: store, macs: [mac], by, isDryRun, timeoutMs: timeoutSeconds * 1000, clock, lastMs: 0 },
      onStop(listener) {
        const leave = () => listener('left');
        signal.addEventListener('abort', leave);
        return () => signal.removeEventListener('abort', leave);
      },
      isServerGone: () => false,
      told: (_mac, said) => {
        answer = said;
      },
    });
    if (why === 'another wish') return PUSHED_ASIDE;
    if (why === 'timeout') throw new WebRefusal(504, 'E_TIMEOUT', `${mac} was not restarted in time${LATE}`);
    return answer;
  }

  /** The answer as a stream that is never silent for long. */
  function kept(mac: MacAddress, answering: Promise<RestartAnswer | null>, over: AbortController): PassThrough {
    const out = new PassThrough();
    const { signal } = over;
    const blanks = async () => {
      for (; !signal.aborted; await pause(clock, BLANK_EVERY_MS, signal)) out.write(' ');
    };
    void blanks();
    answering
      .then((answer) => (answer === null ? null : told(mac, answer)))
      .catch((error: unknown) => {
        const failed = problemOf(error);
        if (failed.code !== 'E_TIMEOUT')
          log.error({ event: 'web.failed', route: '/phones/:mac/restart', reason: String(error) });
        return failed;
      })
      .then((last) => {
        over.abort();
        out.end(last === null ? '' : JSON.stringify(last));
      });
    return out;
  }

  return (app, _options, done) => {
    // Those who wait; a server that ends lets all of them go.
    const waiting = new Set<AbortController>();
    let isEnding = false;
    app.addHook('preClose', (closed) => {
      isEnding = true;
      for (const over of waiting) over.abort();
      closed();
    });
    app.post(
      '/phones/:mac/restart',
      {
        config: { webRole: 'act' as const },
        schema: {
          tags: ['phones'],
          summary: 'Restart a phone over the network or by its power, where that is safe',
          description: DESCRIPTION,
          params: z.object({ mac: macParameter }),
          body: restartSchema,
          response: {
            200: restartAnswerSchema,
            ...{ 400: problemSchema, 403: problemSchema, 404: problemSchema, 409: problemSchema, 504: problemSchema },
          },
        },
      },
      async ({ params: { mac }, body }, reply) => {
        refuseOthers(mac);
        if (isEnding || reply.raw.destroyed) throw new WebRefusal(503, 'E_SERVER_BUSY', 'the server is ending');
        const over = new AbortController();
        waiting.add(over);
        reply.raw.once('close', () => {
          over.abort();
          waiting.delete(over);
        });
        const answering = answerTo(mac, body, over.signal);
        const answer = await Promise.race([answering, pause(clock, BLANK_EVERY_MS, over.signal)]);
        if (answer) {
          over.abort();
          return told(mac, answer);
        }
        return reply.type('application/json; charset=utf-8').send(kept(mac, answering, over) as unknown as Told);
      },
    );
    done();
  };
}

/** What is said to who was pushed aside by a command: it asks nobody whether somebody waits. */
const PUSHED_ASIDE: RestartAnswer = {
  ...{ result: 'refused', rung: null, tries: [], keys: [] },
  text: 'somebody else asked for the same meanwhile, and waits for it',
};

const LATE = '; what it was told by then it may still do, and it is told nothing more';

function told(mac: MacAddress, { result, rung, text, tries, keys }: RestartAnswer): Told {
  return { mac, result, rung, text, tries, keys };
}
