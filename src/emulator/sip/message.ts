/** A request or an answer as it is on the wire; header names as they were written, compact ones spelt out. */
export interface SipMessage {
  /** The first line: `REGISTER sip:192.0.2.10 SIP/2.0` or `SIP/2.0 200 OK`. */
  readonly start: string;
  readonly headers: readonly SipHeader[];
  readonly body: string;
}

/** One header line. */
export type SipHeader = readonly [name: string, value: string];

/** The parts of a `sip:` address that a phone looks at; `port` is null where none is written. */
export interface SipUri {
  readonly user: string;
  readonly host: string;
  readonly port: number | null;
}

const COMPACT: Readonly<Record<string, string>> = {
  v: 'Via',
  f: 'From',
  t: 'To',
  i: 'Call-ID',
  m: 'Contact',
  l: 'Content-Length',
  c: 'Content-Type',
  e: 'Content-Encoding',
  k: 'Supported',
  s: 'Subject',
  o: 'Event',
};
/** Headers whose commas part values. */
const LISTS = new Set(['via', 'contact', 'route', 'record-route']);

/** A whole datagram; null for what is no SIP message. */
export function parseSip(text: string): SipMessage | null {
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return null;
  const [start = '', ...lines] = text
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
  if (!/^(?:SIP\/2\.0 \d{3}(?: |$)|[A-Z]+ \S+ SIP\/2\.0$)/.test(start)) return null;
  const headers: SipHeader[] = [];
  for (const line of lines) {
    const [, written = '', value = ''] = /^([^\s:]+)[ \t]*:[ \t]*(.*)$/.exec(line) ?? [];
    if (written === '') return null;
    const name = COMPACT[written.toLowerCase()] ?? written;
    const values = LISTS.has(name.toLowerCase()) ? splitList(value) : [value.trim()];
    for (const one of values) headers.push([name, one]);
  }
  return { start, headers, body: text.slice(end + 4) };
}

/** The text of a message, with the length of its body. */
export function formatSip({ start, headers, body }: SipMessage): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  return [start, ...lines, `Content-Length: ${Buffer.byteLength(body, 'latin1')}`, '', body].join('\r\n');
}

/** Commas outside quotes and angle brackets part the values of a list. */
function splitList(value: string): string[] {
  const parts = value.match(/(?:"(?:\\.|[^"\\])*"|<[^>]*>|[^,"<])+/g) ?? [];
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

/** Every value of a header, in order. */
export function headersOf(message: SipMessage, name: string): readonly string[] {
  const wanted = name.toLowerCase();
  return message.headers.filter(([one]) => one.toLowerCase() === wanted).map(([, value]) => value);
}

/** The first value of a header; empty where there is none. */
export function headerOf(message: SipMessage, name: string): string {
  return headersOf(message, name)[0] ?? '';
}

/** The method of a request; empty for an answer. */
export function methodOf(message: SipMessage): string {
  return message.start.startsWith('SIP/') ? '' : (message.start.split(' ')[0] ?? '');
}

/** The number of an answer; 0 for a request. */
export function statusOf(message: SipMessage): number {
  return message.start.startsWith('SIP/') ? Number(message.start.slice(8, 11)) : 0;
}

/** What a request is addressed to. */
export function requestUri(message: SipMessage): string {
  return message.start.split(' ')[1] ?? '';
}

/** The first address in a header value or a request line; null where it is none. */
export function parseUri(value: string): SipUri | null {
  const match = /\bsips?:(?:([^@\s<>;?]*)@)?([^\s<>;?:]+)(?::(\d{1,5}))?/i.exec(value);
  if (match === null) return null;
  const [, user = '', host = '', port] = match;
  const name = user.split(':')[0] ?? '';
  return { user: name, host: host.toLowerCase(), port: port === undefined ? null : Number(port) };
}

/** What stands between the angle brackets, or the value without its parameters. */
export function addressOf(value: string): string {
  return /<([^>]*)>/.exec(value)?.[1] ?? value.split(';')[0]?.trim() ?? '';
}

/** A parameter behind the angle brackets; null where it is missing, empty where it has no value. */
export function parameterOf(value: string, name: string): string | null {
  const behind = value.replace(/^.*>/, '');
  const match = new RegExp(`;\\s*${name}\\s*(?:=\\s*"?([^";\\s]*)"?)?(?=;|\\s|$)`, 'i').exec(behind);
  return match === null ? null : (match[1] ?? '');
}

/** The answer to a request: its Via, From, To, Call-ID and CSeq, a tag in To, then further headers. */
export function answerTo(
  request: SipMessage,
  status: string,
  tag: string,
  more: readonly SipHeader[] = [],
  body = '',
): SipMessage {
  const copied: SipHeader[] = [];
  for (const name of ['Via', 'Record-Route', 'From', 'To', 'Call-ID', 'CSeq']) {
    for (const value of headersOf(request, name)) {
      const isBare = name === 'To' && parameterOf(value, 'tag') === null && status !== '100 Trying';
      copied.push([name, isBare ? `${value};tag=${tag}` : value]);
    }
  }
  return { start: `SIP/2.0 ${status}`, headers: [...copied, ...more], body };
}

/** What a message says in one line; a request with its event, no secret of it. */
export function firstLine(message: SipMessage): string {
  const event = headerOf(message, 'Event');
  if (statusOf(message) !== 0) return `${message.start.slice(8)} to ${headerOf(message, 'CSeq')}`;
  return `${message.start.replace(/ SIP\/2\.0$/, '')}${event === '' ? '' : ` (${event})`}`;
}
