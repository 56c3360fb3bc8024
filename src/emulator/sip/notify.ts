import { headerOf, type SipMessage } from './message.ts';

/** What a NOTIFY makes a phone do, behind the answer that it gives first. */
export interface Notified {
  readonly answer: string;
  readonly deed: 'nothing' | 'compare-sync' | 'restart' | 'reset' | 'lamp-on' | 'lamp-off';
}

/** What the phone knows when a NOTIFY comes. */
export interface NotifySituation {
  readonly isLegacy: boolean;
  readonly isCallManager: boolean;
  /** Call-ID of the registration of its first line; null where that is not registered. */
  readonly registerCallId: string | null;
  /** The stamp of its configuration. */
  readonly versionStamp: string;
}

const NOTHING: Notified = { answer: '200 OK', deed: 'nothing' };
const BAD: Notified = { answer: '400 Bad Request', deed: 'nothing' };

/** What a NOTIFY is about (after-landing 5). Without an event it is bad; of an event that no source names, an answer is invented. */
export function readNotify(request: SipMessage, situation: NotifySituation): Notified {
  const event = headerOf(request, 'Event').split(';')[0]?.trim().toLowerCase() ?? '';
  switch (event) {
    case '':
      return BAD;
    case 'message-summary':
      return { answer: '200 OK', deed: /^messages-waiting:\s*yes/im.test(request.body) ? 'lamp-on' : 'lamp-off' };
    case 'check-sync':
      // A Java phone says 200 and does nothing.
      return situation.isLegacy ? { answer: '200 OK', deed: 'compare-sync' } : NOTHING;
    case 'service-control':
      return serviceControl(request, situation);
    default:
      return { answer: '489 Bad Event', deed: 'nothing' };
  }
}

/** No password: the exact Call-ID of the registration in braces, and CallManager mode (after-landing 5.1). */
function serviceControl(request: SipMessage, situation: NotifySituation): Notified {
  const { isCallManager, registerCallId, versionStamp } = situation;
  const isText = /^text\/plain\s*(?:;|$)/i.test(headerOf(request, 'Content-Type'));
  if (request.body === '' || !isText || !isCallManager || registerCallId === null) return BAD;
  const lines = request.body.split(/\r?\n/);
  // Names in any case; blanks behind the sign are skipped, those at the end are not.
  const value = (name: string) => {
    const line = lines.find((one) => one.toLowerCase().startsWith(`${name.toLowerCase()}=`));
    return line?.slice(name.length + 1).trimStart() ?? '';
  };
  if (value('RegisterCallId') !== `{${registerCallId}}`) return BAD;
  switch (value('action').trimEnd().toLowerCase()) {
    case 'restart':
      return { answer: '200 OK', deed: 'restart' };
    case 'reset':
      return { answer: '200 OK', deed: 'reset' };
    case 'check-version': {
      const stamp = value('ConfigVersionStamp');
      return stamp !== '' && stamp.replace(/^\{|\}$/g, '') !== versionStamp
        ? { answer: '200 OK', deed: 'restart' }
        : NOTHING;
    }
    default:
      return NOTHING;
  }
}

/** Buffer of the image for `syncinfo.xml` (after-landing 5.2). */
const SYNC_BYTES = 4096;

/** Whether `syncinfo.xml` makes a 79x0 restart: another SYNC than its own, for every load or for this one. */
export function wantsSync(content: string, load: string, own: string): boolean {
  if (Buffer.byteLength(content) > SYNC_BYTES) return false;
  const body = /^\s*(?:<\?xml[^>]*\?>\s*)?<SYNCINFO>\s*<IMAGE((?:\s+[A-Z]+="[^"<]*")+)\s*\/>\s*<\/SYNCINFO>\s*$/.exec(
    content,
  );
  const part = (name: string) => new RegExp(`\\s${name}="([^"]*)"`).exec(body?.[1] ?? '')?.[1] ?? '';
  const version = part('VERSION');
  return (version === '*' || version === load) && part('SYNC') !== '' && part('SYNC') !== own;
}
