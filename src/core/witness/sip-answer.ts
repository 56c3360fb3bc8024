import { headerOf, headersOf, type SipRequest } from './sip-request.ts';

/** What an answer says beside what it copies. */
export interface AnswerParts {
  /** `200 OK`. */
  readonly status: string;
  /** Where the request came from. */
  readonly source: string;
  readonly tag: string;
  readonly more?: readonly (readonly [name: string, value: string])[];
}

/**
 * The answer to a request: its Via with where it came from and no `rport`, From, To with a tag, Call-ID and CSeq (after-landing 3.2). Null where the
 * request lacks one of them.
 */
export function answerText(request: SipRequest, { status, source, tag, more = [] }: AnswerParts): string | null {
  const [via, ...others] = headersOf(request, 'via');
  const [from, to, callId, cseq] = ['from', 'to', 'call-id', 'cseq'].map((name) => headerOf(request, name));
  if (via === undefined || !from || !to || !callId || !cseq) return null;
  const lines = [
    `SIP/2.0 ${status}`,
    `Via: ${withReceived(via, source)}`,
    ...others.map((one) => `Via: ${one}`),
    `From: ${from}`,
    `To: ${/;\s*tag\s*=/i.test(to.replace(/^.*>/, '')) ? to : `${to};tag=${tag}`}`,
    `Call-ID: ${callId}`,
    `CSeq: ${cseq}`,
    ...more.map(([name, value]) => `${name}: ${value}`),
    'Content-Length: 0',
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** Of several on one line the first is the phone's. */
function withReceived(via: string, source: string): string {
  const comma = via.indexOf(',');
  const [first, rest] = comma < 0 ? [via, ''] : [via.slice(0, comma), via.slice(comma)];
  return /;\s*received\s*=/i.test(first) ? via : `${first};received=${source}${rest}`;
}

/** The phone registers for so long when it says nothing that can be kept (invented, as its own default). */
const USUAL_SECONDS = 3600;
/** A phone that is granted less unregisters itself (after-landing 4.1). */
const LEAST_SECONDS = 60;

/** How long a registration is granted: what is asked, within reason; 0 for a phone that leaves. */
export function grantedSeconds(request: SipRequest): number {
  const inContact = /;\s*expires\s*=\s*(\d{1,9})/i.exec(headerOf(request, 'contact') ?? '')?.[1];
  const asked = inContact ?? /^\d{1,9}$/.exec(headerOf(request, 'expires') ?? '')?.[0];
  if (asked === undefined) return USUAL_SECONDS;
  const seconds = Number(asked);
  return seconds === 0 || (seconds >= LEAST_SECONDS && seconds <= USUAL_SECONDS) ? seconds : USUAL_SECONDS;
}

/** The headers of a registration that is granted: the phone's own Contact as it wrote it, and the time, from which it takes its clock (after-landing 0). */
export function grantedHeaders(request: SipRequest, date: string): readonly (readonly [name: string, value: string])[] {
  const seconds = grantedSeconds(request);
  const contact = headerOf(request, 'contact');
  const bare = contact?.replace(/;\s*expires\s*=\s*\d+/gi, '') ?? '';
  return [
    ...(contact === null || contact === '*' ? [] : [['Contact', `${bare};expires=${seconds}`] as const]),
    ['Expires', `${seconds}`],
    ['Date', date],
  ];
}
