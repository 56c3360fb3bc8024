import { mayShow } from '../app/phone/road.ts';
import { answerFor } from '../core/answer/answer.ts';
import type { FirmwareIndex } from '../core/firmware/package.ts';
import type { Matrix } from '../core/matrix/matrix.ts';
import { classifyName } from '../core/names/asked-name.ts';
import type { LoadName } from '../core/names/load-name.ts';
import type { Hop } from '../core/plan/plan.ts';
import { renderTrigger } from '../core/plan/render-trigger.ts';
import type { Software } from '../core/software.ts';
import { firmwareMatrix } from './matrix.ts';
import { macOf } from './read-words.ts';

/** One request of a phone that is on its way. */
export interface AnswerQuestion {
  /** The name that it asked for; untrusted, and only ever looked up. */
  readonly name: string;
  /** The MAC of the phone that asks, in any spelling. Be certain of it: a wrong guess shows one phone the load of another. */
  readonly mac: string;
  /** The hop that the phone is to take now. */
  readonly hop: Hop;
  /** Which of the hop's triggers is published, counted from 0; try the next one when the phone does not come for the load. */
  readonly rung?: number;
  /** Everything the phone may be running now; by default what the plan says may run when the hop is offered. */
  readonly running?: readonly Software[];
  /** The store from which the plan was made. */
  readonly firmware: FirmwareIndex;
  /** Our IP address as that phone sees it. */
  readonly serverAddress: string;
  /** Facts in place of those that came with the package. */
  readonly matrix?: Matrix;
}

/** What to answer the phone. */
export type PhoneAnswer =
  /** A text that names the load of the hop to this phone. */
  | { readonly kind: 'text'; readonly load: LoadName; readonly content: string }
  /** A file of the hop: the bytes are `read(package, name)` of the firmware store. */
  | {
      readonly kind: 'file';
      readonly load: LoadName;
      readonly package: string;
      readonly name: string;
      readonly sizeBytes: number;
      readonly role: 'manifest' | 'image';
    }
  /** The name changes no load: answer with whatever you have under it. */
  | { readonly kind: 'yours' }
  /** Error 1 of TFTP, and never anything else: this name could change the load. */
  | { readonly kind: 'not-found'; readonly reason: string };

/**
 * What to answer a phone that asks for one name while it is to take one hop. The same question gets the same answer. Nothing
 * that names a load, or is one, is given unless the matrix allows the hop from everything that may be running.
 * Throws `AppError` `E_BAD_USAGE` for a MAC that cannot be read.
 */
export function answer(question: AnswerQuestion): PhoneAnswer {
  const { hop, rung = 0, running = hop.from, firmware: index, serverAddress, matrix = firmwareMatrix() } = question;
  const mac = macOf(question.mac);
  const asked = classifyName(question.name);
  if (asked.mac !== null && asked.mac !== mac) {
    return { kind: 'not-found', reason: `${asked.name} is the file of another phone` };
  }
  const isAllowed = mayShow(matrix, hop, hop.triggers[rung], running);
  const offer = { hop, trigger: rung };
  const given = answerFor({ asked, offer, peek: null, probed: null, index, isAllowed, isTaking: false });
  switch (given.kind) {
    case 'trigger': {
      const { content } = renderTrigger(given.trigger, { mac, serverAddress });
      return { kind: 'text', load: hop.load, content: content ?? '' };
    }
    case 'file': {
      const { package: pack, name, sizeBytes, role } = given;
      return { kind: 'file', load: hop.load, package: pack, name, sizeBytes, role };
    }
    case 'not-found':
      return given;
    // Only the fleet looks into a tree, and names a load that nobody has to tell two generations apart.
    case 'own-file':
    case 'probe':
    case 'static':
      return { kind: 'yours' };
  }
}
