import type { WantedLine } from '../config/wanted-line.ts';
import type { RestartKind, RestartWay } from '../phone-event.ts';
import type { Knobs } from '../phone-options.ts';
import { headerOf, parseUri, requestUri, type SipMessage } from './message.ts';
import { readServiceControl } from './service-control.ts';

/** What a phone does behind the answer that it gives first. */
type Deed =
  | { readonly kind: 'nothing' | 'compare-sync' }
  | { readonly kind: 'begin-anew'; readonly way: RestartWay; readonly how: RestartKind }
  | { readonly kind: 'lamp'; readonly isOn: boolean };

/** What a NOTIFY makes a phone say and do. */
export interface Notified {
  readonly answer: string;
  readonly deed: Deed;
}

/** The knobs that decide about a NOTIFY. */
export type NotifyKnobs = Pick<Knobs, 'checkSyncRestartsJava' | 'legacyObeysServiceControl'>;

/** What the phone knows when a NOTIFY comes. */
export interface NotifySituation {
  readonly isLegacy: boolean;
  readonly isCallManager: boolean;
  readonly firstLine: WantedLine | null;
  /** Call-ID of the registration of its first line; null where that is not registered. */
  readonly registerCallId: string | null;
  /** The stamp of its configuration. */
  readonly versionStamp: string;
  readonly knobs: NotifyKnobs;
}

const NOTHING: Notified = { answer: '200 OK', deed: { kind: 'nothing' } };
const BAD: Notified = { answer: '400 Bad Request', deed: { kind: 'nothing' } };
const NOT_FOUND: Notified = { answer: '404 Not Found', deed: { kind: 'nothing' } };
/** Invented, for an event that no source names. */
const NO_EVENT: Notified = { answer: '489 Bad Event', deed: { kind: 'nothing' } };

/** What a NOTIFY is about (after-landing 5); without an event it is bad. */
export function readNotify(request: SipMessage, situation: NotifySituation): Notified {
  const { isLegacy, knobs } = situation;
  const event = headerOf(request, 'Event').split(';')[0]?.trim().toLowerCase() ?? '';
  switch (event) {
    case '':
      return BAD;
    case 'message-summary': {
      const isOn = /^messages-waiting:\s*yes/im.test(request.body);
      return { answer: '200 OK', deed: { kind: 'lamp', isOn } };
    }
    case 'check-sync':
      if (isLegacy) return { answer: '200 OK', deed: { kind: 'compare-sync' } };
      return knobs.checkSyncRestartsJava ? anew('check-sync', 'reset') : NOTHING;
    case 'service-control':
      return isLegacy && !knobs.legacyObeysServiceControl ? NO_EVENT : serviceControl(request, situation);
    default:
      return NO_EVENT;
  }
}

function anew(way: RestartWay, how: RestartKind): Notified {
  return { answer: '200 OK', deed: { kind: 'begin-anew', way, how } };
}

/** No password: the exact Call-ID of the registration in braces, and CallManager mode (after-landing 5.1). */
function serviceControl(request: SipMessage, situation: NotifySituation): Notified {
  const { isCallManager, firstLine, registerCallId, versionStamp } = situation;
  const user = parseUri(requestUri(request))?.user ?? '';
  if (firstLine === null || (user !== firstLine.name && user !== firstLine.contact)) return NOT_FOUND;
  const hasUser = (parseUri(headerOf(request, 'To'))?.user ?? '') !== '';
  const isText = /^text\/plain\s*(?:;|$)/i.test(headerOf(request, 'Content-Type'));
  if (!hasUser || request.body === '' || !isText || !isCallManager || registerCallId === null) return BAD;
  const order = readServiceControl(request.body);
  if (order.registerCallId !== registerCallId) return BAD;
  switch (order.action) {
    case 'restart':
    case 'reset':
      return anew('service-control', order.action);
    case 'check-version': {
      const [stamp, own] = [order.configVersionStamp, versionStamp.replace(/^\{(.*)\}$/, '$1')];
      return stamp !== null && stamp !== own ? anew('service-control', 'restart') : NOTHING;
    }
    // The sources tell no more of the others than their names.
    default:
      return NOTHING;
  }
}
