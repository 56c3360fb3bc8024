import { z } from 'zod';
import { RUNG_IDS } from '../../core/restart/ladder.ts';
import { closed } from './common.ts';

/** As long as the command waits (invented). */
const USUAL_S = 600;

export const restartSchema = closed({
  dryRun: z.boolean().default(false).meta({ description: 'Say which way would be taken, and do nothing' }),
  by: z.enum(RUNG_IDS).optional().meta({ description: 'Only in this way' }),
  timeoutSeconds: z
    .int()
    .min(1)
    .max(3600)
    .default(USUAL_S)
    .meta({ description: 'How long a phone that must not be restarted now is waited for' }),
})
  .nullish()
  .transform((wanted) => wanted ?? { dryRun: false, by: undefined, timeoutSeconds: USUAL_S });

const rung = z.enum(RUNG_IDS);

export const restartAnswerSchema = z.object({
  mac: z.string(),
  result: z.enum(['restarted', 'possible', 'hands', 'refused']).meta({
    description:
      'restarted: it was heard to start; possible: a dry run that would try something; hands: only a person can restart it; refused: it is not restarted',
  }),
  rung: rung
    .nullable()
    .meta({ description: 'In which way; null where none was taken, or where it has started by itself' }),
  text: z.string(),
  tries: z
    .array(z.object({ rung, isTried: z.boolean(), text: z.string() }))
    .readonly()
    .meta({ description: 'What came of each way that was tried, and what the others lack' }),
  keys: z.array(z.string()).readonly().meta({ description: 'Which keys restart it, for the person before it' }),
});
