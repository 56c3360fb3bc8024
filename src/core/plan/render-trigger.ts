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
