import { answerFor } from '../../core/answer/answer.ts';
import type { PhoneDiagnosis } from '../../core/diagnose/diagnosis.ts';
import { familyOfModel } from '../../core/matrix/matrix.ts';
import type { AskedName } from '../../core/names/asked-name.ts';
import type { Hop } from '../../core/plan/plan.ts';
import { mayShow, usableRungs } from '../phone/road.ts';
import { type DiagnosedRoadQuestion, roadOfDiagnosis } from './road-of-diagnosis.ts';

/** What loadstep would have answered a request that another server answered. */
export type ShadowAnswer =
  /** It would have named this load in the file. */
  | { readonly kind: 'names'; readonly load: string }
  /** It would have given a file of this load, of so many bytes. */
  | { readonly kind: 'gives'; readonly load: string; readonly sizeBytes: number }
  /** It would have given what the operator keeps under that name, if there is anything. */
  | { readonly kind: 'yours' }
  | { readonly kind: 'not-found'; readonly reason: string };

/**
 * What loadstep would have answered, had it been asked in place of the other server. Each request is judged by what the phone has shown up to it, and with
 * the first step of the road from there: what the other server gave has changed the phone, and no step of ours was taken.
 */
export function shadowOf(phone: PhoneDiagnosis, asked: AskedName, question: DiagnosedRoadQuestion): ShadowAnswer {
  const { matrix, index, target } = question;
  const road = roadOfDiagnosis(phone, question);
  if (!road.ok) return refusal(asked, `it knows no road to ${target} from here, ${road.code}`, question);
  const [hop] = road.hops;
  if (hop === undefined) return refusal(asked, `${target} runs already`, question);
  const rung = usableRungs(hop, phone.evidence, (model) => familyOfModel(matrix, model) ?? '79x0')[0] ?? 0;
  const running = phone.software.length > 0 ? phone.software : hop.from;
  const isAllowed = mayShow(matrix, hop, hop.triggers[rung], running);
  return plain(
    answerFor({ asked, offer: { hop, trigger: rung }, peek: null, probed: null, index, isAllowed, isTaking: false }),
    hop,
  );
}

/** While nothing is offered, names that change a load are refused, and others are the operator's. */
function refusal(asked: AskedName, reason: string, { index }: DiagnosedRoadQuestion): ShadowAnswer {
  const answer = answerFor({ asked, offer: null, peek: null, probed: null, index, isAllowed: false, isTaking: false });
  return answer.kind === 'not-found' ? { kind: 'not-found', reason } : { kind: 'yours' };
}

function plain(answer: ReturnType<typeof answerFor>, hop: Hop): ShadowAnswer {
  switch (answer.kind) {
    case 'trigger':
      return { kind: 'names', load: hop.load };
    case 'file':
      return { kind: 'gives', load: hop.load, sizeBytes: answer.sizeBytes };
    case 'not-found':
      return { kind: 'not-found', reason: answer.reason };
    case 'own-file':
    case 'probe':
    case 'static':
      return { kind: 'yours' };
  }
}
