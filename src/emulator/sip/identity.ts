import type { ModelId } from '../../core/names/family.ts';
import type { TakenSettings, WantedLine } from '../config/wanted-line.ts';
import { javaLoad } from '../java-load.ts';
import { legacyLoad } from '../legacy-load.ts';
import { MODEL_PROFILES } from '../phone-models.ts';
import { parseUri, requestUri, type SipHeader, type SipMessage } from './message.ts';

/** Who a phone says it is, as far as its headers tell. */
export interface Identity {
  readonly model: ModelId;
  readonly mac: string;
  readonly load: string;
}

/** Why the application started: the number and the word of the alarm in `Reason` (after-landing 3.1). */
export type LastWord = '25 initialized' | '20 phone-keypad' | '22 reset-reset' | '23 reset-restart';

/** What a Java phone in CallManager mode supports, by its release (after-landing 3.1). */
const SUPPORTED_8 =
  'replaces,join,norefersub,extended-refer,X-cisco-callinfo,X-cisco-serviceuri,X-cisco-escapecodes,X-cisco-service-control,X-cisco-srtp-fallback,X-cisco-monrec,X-cisco-config,X-cisco-sis-3.0.0,X-cisco-xsi-7.0.1';
const SUPPORTED_9 =
  'replaces,join,sdp-anat,norefersub,resource-priority,extended-refer,X-cisco-callinfo,X-cisco-serviceuri,X-cisco-escapecodes,X-cisco-service-control,X-cisco-srtp-fallback,X-cisco-monrec,X-cisco-config,X-cisco-sis-6.0.0,X-cisco-xsi-8.5.1';
/** Outside CallManager mode the phone prints a null pointer (after-landing 3.1). */
const SUPPORTED_NOTHING = '(null),X-cisco-xsi-7.0.1';

/** Whether the phone is a 7940 or 7960. */
export function isLegacy(who: Identity): boolean {
  return MODEL_PROFILES[who.model].family === '79x0';
}

/** Release of the load, such as [9, 4, 2, 3]; empty for a name that says none. */
export function releaseOf(who: Identity): readonly number[] {
  return (isLegacy(who) ? legacyLoad(who.load)?.release : javaLoad(who.load)?.release) ?? [];
}

/** `Cisco-CP7960G/8.0` for every 8.x of a 79x0; the dotted release without its service release for Java phones. */
export function userAgent(who: Identity): string {
  const [major = 0, minor = 0, maintenance = 0] = releaseOf(who);
  const model = who.model.endsWith('GE') ? `${who.model.slice(0, -2)}G-GE` : `${who.model}G`;
  if (isLegacy(who)) return `Cisco-CP${model}/${major >= 8 ? '8.0' : '7.5'}`;
  return `Cisco-CP${model}/${major}.${minor}.${maintenance}`;
}

/** What stands in front of every tag and Call-ID: the MAC in lower case. */
export function tagOf(mac: string, random: string): string {
  return `${mac.toLowerCase()}${random}`;
}

/** The Contact of REGISTER. 7.5 has no model number (after-landing 3). */
export function registerContact(who: Identity, uri: string, isCallManager: boolean): string {
  const mac = who.mac.toLowerCase();
  const parts = [`<${uri}>`, `+sip.instance="<urn:uuid:00000000-0000-0000-0000-${mac}>"`];
  const [major = 0] = releaseOf(who);
  if (!isLegacy(who) && isCallManager && major >= 9) parts.push(`+u.sip!devicename.ccm.cisco.com="SEP${who.mac}"`);
  if (major >= 8) parts.push(`+u.sip!model.ccm.cisco.com="${MODEL_PROFILES[who.model].typeId}"`);
  return parts.join(';');
}

/** `Supported` and, until the first 2xx, `Reason` of a Java phone; a 79x0 has neither. */
export function javaHeaders(who: Identity, settings: TakenSettings, last: LastWord | null): readonly SipHeader[] {
  if (isLegacy(who)) return [];
  const [major = 0] = releaseOf(who);
  const supported = settings.isCallManager ? (major >= 9 ? SUPPORTED_9 : SUPPORTED_8) : SUPPORTED_NOTHING;
  const headers: SipHeader[] = [['Supported', supported]];
  if (last === null) return headers;
  const [code, word] = last.split(' ');
  const alarm = `cisco-alarm:${code} Name=SEP${who.mac} Load=${who.load} Last=${word}`;
  return [...headers, ['Reason', `SIP;cause=200;text="${alarm}"`]];
}

/** The address of a line at a host. */
export function lineUri(line: WantedLine): string {
  return `sip:${line.name}@${line.proxy}`;
}

/**
 * What is wrong with the address of a request; null where nothing is. The user is a line's name or contact, the host is the phone's own, the
 * port over UDP the one it listens on (after-landing 4.3).
 */
export function faultOfUri(request: SipMessage, settings: TakenSettings, host: string): string | null {
  const uri = parseUri(requestUri(request));
  const isLine = settings.named.some(({ name, contact }) => uri?.user === name || uri?.user === contact);
  if (uri === null || !isLine || uri.host !== host) return 'Unknown address in Request URI';
  const isPort = settings.transport === 'tcp' || (uri.port ?? 5060) === settings.controlPort;
  return isPort ? null : 'Port Mismatch(UDP)';
}
