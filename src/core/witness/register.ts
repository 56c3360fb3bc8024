import { type MacAddress, parseMac } from '../names/mac-address.ts';
import { grantedSeconds } from './sip-answer.ts';
import { headerOf, headersOf, type SipRequest } from './sip-request.ts';
import type { Said } from './statement.ts';

/** What a REGISTER says of the phone that sent it. */
export interface Registration {
  readonly mac: MacAddress;
  readonly callId: string;
  readonly cseq: number;
  readonly said: Said;
  /** The part of it that names the phone and its load, as it was written. */
  readonly words: string;
  /** The question that it answers (`nonce`); null where it answers none. */
  readonly nonce: string | null;
  /** True where it asks for no registration: the phone takes its leave, or keeps a second call manager awake (after-landing 3, 3.1). */
  readonly isGoodbye: boolean;
}

/** A load as phones spell it: no blanks, nothing that is not printed. */
const LOAD = /^[\x21-\x7e]{1,64}$/;

/** Reads what a REGISTER says; null where it does not say which phone it is, or says two (after-landing 3.1). */
export function readRegistration(request: SipRequest): Registration | null {
  const contact = headerOf(request, 'contact') ?? '';
  const alarm = alarmIn(request);
  const names = [
    /\+sip\.instance\s*=\s*"<urn:uuid:[0-9a-f-]{24}([0-9a-f]{12})>"/i.exec(contact)?.[1],
    /\+u\.sip!devicename\.ccm\.cisco\.com\s*=\s*"SEP([0-9a-f]{12})"/i.exec(contact)?.[1],
    /Name\s*=\s*(?:SEP|SIP)([0-9a-f]{12})/i.exec(alarm ?? '')?.[1],
  ].filter((name) => name !== undefined);
  const macs = new Set(names.map((name) => name.toUpperCase()));
  const [name = ''] = macs;
  const mac = parseMac(name);
  const callId = headerOf(request, 'call-id');
  const cseq = /^(\d{1,10})\s+REGISTER$/.exec(headerOf(request, 'cseq') ?? '')?.[1];
  if (macs.size !== 1 || !mac.ok || callId === null || cseq === undefined) return null;
  const load = loadIn(alarm ?? '');
  const agent = headerOf(request, 'user-agent');
  const nonce = /\bnonce\s*=\s*"([^"]{1,128})"/i.exec(headerOf(request, 'authorization') ?? '')?.[1] ?? null;
  const said = { load, archive: null, agent };
  const isGoodbye = ['', '*'].includes(contact.trim()) || grantedSeconds(request) === 0;
  return { mac: mac.value, callId, cseq: Number(cseq), said, words: wordsOf(alarm, agent, load), nonce, isGoodbye };
}

/** The text of the alarm in `Reason`, which may stand there several times. */
function alarmIn(request: SipRequest): string | null {
  for (const reason of headersOf(request, 'reason')) {
    const alarm = /text\s*=\s*"([^"]*)"/i.exec(reason)?.[1];
    if (alarm?.includes('cisco-alarm')) return alarm;
  }
  return null;
}

/** `Load=` of these phones, `ActiveLoad=` of later ones; `.loads` may stand behind it. */
function loadIn(alarm: string): string | null {
  const load = /\b(?:Active)?Load\s*=\s*([^\s;,"]+)/.exec(alarm)?.[1]?.replace(/\.loads$/i, '');
  return load !== undefined && LOAD.test(load) ? load : null;
}

function wordsOf(alarm: string | null, agent: string | null, load: string | null): string {
  return (load === null ? (agent ?? '') : (alarm ?? '')).replace(/[^\x20-\x7e]/g, '?').slice(0, 160);
}
