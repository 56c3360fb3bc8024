/** Where a NOTIFY goes, and from where. */
export interface NotifyParts {
  /** The user that the phone calls its first line. */
  readonly line: string;
  /** The phone, and the port at which it listens. */
  readonly phone: { readonly address: string; readonly port: number };
  /** This machine as the phone sees it, and the port at which it listens. */
  readonly here: { readonly address: string; readonly port: number };
  readonly transport: 'UDP' | 'TCP';
  /** Unique to this request: letters and digits. */
  readonly id: string;
}

/** `check-sync` without a body: a 7940 or 7960 then asks for `syncinfo.xml` (after-landing 5.2). */
export function checkSync(parts: NotifyParts): string {
  return notify(parts, ['Event: check-sync', 'Subscription-State: active'], '');
}

/**
 * `service-control` for a restart from the ground up. The Call-ID of its registration stands in braces, and nothing behind them; stamps are not needed
 * (after-landing 5.1).
 */
export function serviceControl(parts: NotifyParts, registerCallId: string): string {
  const lines = ['Event: service-control', 'Subscription-State: active', 'Content-Type: text/plain'];
  return notify(parts, lines, `action=reset\r\nRegisterCallId={${registerCallId}}\r\n`);
}

function notify({ line, phone, here, transport, id }: NotifyParts, lines: readonly string[], body: string): string {
  const [there, us] = [hostOf(phone.address), hostOf(here.address)];
  return [
    `NOTIFY sip:${line}@${there}:${phone.port} SIP/2.0`,
    // RFC 3261 8.1.1.7: the branch begins with the cookie, and tells this request from all others.
    `Via: SIP/2.0/${transport} ${us}:${here.port};branch=z9hG4bK${id}`,
    'Max-Forwards: 70',
    `From: <sip:${line}@${us}>;tag=${id}`,
    `To: <sip:${line}@${there}>`,
    `Call-ID: ${id}@${us}`,
    'CSeq: 1 NOTIFY',
    `Contact: <sip:${us}:${here.port}${transport === 'TCP' ? ';transport=tcp' : ''}>`,
    ...lines,
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n');
}

function hostOf(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

/** A line, as it may stand in front of the host: anything else is not sent. */
export function isLine(user: string): boolean {
  return /^[\w.!~*'()&=+$,;?/-]{1,64}$/.test(user);
}

/** A Call-ID that can stand in braces. */
export function isCallId(callId: string): boolean {
  return /^[\x21-\x7a|~]{1,256}$/.test(callId);
}

/** The answer to a request of ours. */
export interface SipAnswer {
  readonly status: number;
  /** What stands behind the number. */
  readonly words: string;
  /** The `id` of the request. */
  readonly id: string;
}

/** Reads the head of an answer; null where it is none to a NOTIFY of ours. */
export function readAnswer(head: string): SipAnswer | null {
  const [, status, words = ''] = /^SIP\/2\.0 (\d{3}) ?([^\r\n]{0,128})/.exec(head) ?? [];
  const id = /^(?:via|v)[ \t]*:[^\r\n]*;[ \t]*branch[ \t]*=[ \t]*z9hG4bK([a-z0-9]{1,64})/im.exec(head)?.[1];
  if (status === undefined || id === undefined || !/^cseq[ \t]*:[ \t]*1 NOTIFY[ \t]*$/im.test(head.replace(/\r/g, '')))
    return null;
  return { status: Number(status), words: words.replace(/[^\x20-\x7e]/g, '?').trim(), id };
}

/** What a 7940 or 7960 compares its `sync` with: one that it cannot have makes it restart, whatever it runs (after-landing 5.2). */
export function syncInfoFor(sync: string): string {
  return `<SYNCINFO><IMAGE VERSION="*" SYNC="${sync}"/></SYNCINFO>\n`;
}
