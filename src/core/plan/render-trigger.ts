import type { MacAddress } from '../names/mac-address.ts';
import type { Trigger } from './plan.ts';

/** Stands in a trigger's text where the address of the asking server goes. */
export const SERVER_TOKEN = '%SERVER%';

/** What a trigger is filled in with for one asking phone. `term` are the digits of `termNN.default.loads`. */
export interface TriggerValues {
  readonly mac: MacAddress;
  readonly serverAddress: string;
  readonly term?: string;
}

/** A trigger as one phone will ask for it: the name with its MAC, the text with the server's address; null for a stored file. */
export function renderTrigger(trigger: Trigger, values: TriggerValues): { name: string; content: string | null } {
  const name = trigger.file.replace('<MAC>', values.mac).replace('NN', values.term ?? 'NN');
  return { name, content: trigger.content?.replaceAll(SERVER_TOKEN, values.serverAddress) ?? null };
}

/** Where phones find a call manager that hears what they run. */
export interface WitnessPorts {
  readonly sip: number;
  readonly sccp: number;
}

/**
 * The text of a trigger that leads a phone to register: the call manager in it is this machine already. A Java phone on SIP registers where its file says so
 * and all three places have one port (after-landing 2.1, 2.2); a phone on SCCP goes to the port beside the call manager's name. Other texts stay as they are.
 */
export function leadsToWitness(content: string, { sip, sccp }: WitnessPorts): string {
  if (!content.includes('<callManagerGroup>')) return content;
  const profile = ['<sipProxies>', '<registerWithProxy>true</registerWithProxy>', '</sipProxies>'].join('\n');
  return content
    .replace('<ethernetPhonePort>2000<', `<ethernetPhonePort>${sccp}<`)
    .replace('<sipPort>5060<', `<sipPort>${sip}<`)
    .replace('<port>5060<', `<port>${sip}<`)
    .replace('<sipProfile>\n', `<sipProfile>\n${profile}\n`)
    .replace('</sipProfile>', `<voipControlPort>${sip}</voipControlPort>\n</sipProfile>`);
}
