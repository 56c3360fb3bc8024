import { err, ok, type Result } from '../result.ts';

/** A request of SIP as it came: header names in lower case and spelt out, values on one line. */
export interface SipRequest {
  readonly method: string;
  readonly uri: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** The head of a REGISTER with all that Cisco puts in fits in here several times (invented). */
export const MOST_HEAD = 8192;
const MOST_HEADERS = 64;
/** A Contact with all that Cisco puts in has about 500 characters (witnesses-seen 4). */
const LONGEST_LINE = 2048;

const COMPACT: Readonly<Record<string, string>> = {
  c: 'content-type',
  f: 'from',
  i: 'call-id',
  k: 'supported',
  l: 'content-length',
  m: 'contact',
  o: 'event',
  t: 'to',
  v: 'via',
};
const VIA = /^SIP ?\/ ?2\.0 ?\/ ?[A-Za-z]{3,4} +[^\s;:,[\]]{1,255}(?: ?: ?(\d{1,5}))?(?=[\s;,]|$)/i;
const FIRST_LINE = /^([A-Z]{3,20}) (sips?:\S{1,512}) SIP\/2\.0$/;
const HEADER = /^([A-Za-z0-9.!%*_+`'~-]{1,64})[ \t]*:(.*)$/;

/** Reads the head of a request, without the empty line behind it; lines that begin with a blank go on with the one before (RFC 3261 7.3.1). */
export function readRequest(head: string): Result<SipRequest, string> {
  if (head.length > MOST_HEAD) return err('the head is too long');
  const lines = head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
  const [first = '', ...rest] = lines;
  const [, method, uri] = FIRST_LINE.exec(first) ?? [];
  if (method === undefined || uri === undefined) return err('it begins as no request of SIP does');
  if (rest.length > MOST_HEADERS) return err('it has too many headers');
  const headers: [string, string][] = [];
  for (const line of rest) {
    const [, written, value = ''] = line.length > LONGEST_LINE ? [] : (HEADER.exec(line) ?? []);
    if (written === undefined) return err('a line of its head is no header, or too long');
    const name = written.toLowerCase();
    headers.push([COMPACT[name] ?? name, value.trim()]);
  }
  return ok({ method, uri, headers });
}

/** The first value of a header; null where there is none. */
export function headerOf({ headers }: SipRequest, name: string): string | null {
  return headers.find(([one]) => one === name)?.[1] ?? null;
}

/** Every value of a header, in order; several on one line stay together. */
export function headersOf({ headers }: SipRequest, name: string): readonly string[] {
  return headers.filter(([one]) => one === name).map(([, value]) => value);
}

/** The port in the first Via, to which the answer goes whatever port the request came from: these phones listen there alone (after-landing 0, 1). */
export function viaPort(request: SipRequest): number | null {
  const found = VIA.exec(headerOf(request, 'via') ?? '');
  if (found === null) return null;
  const number = Number(found[1] ?? 5060);
  return number >= 1 && number <= 65_535 ? number : null;
}
