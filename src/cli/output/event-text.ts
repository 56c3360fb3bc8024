import type { LiveEvent } from '../../app/record/live-event.ts';
import { type BatchEvent, type BatchEventName, CANCELLED, type HistoryEvent } from '../../core/history/event.ts';
import { witnessText } from '../../core/identify/proceedings.ts';
import { classifyName } from '../../core/names/asked-name.ts';
import { parseLoadName } from '../../core/names/load-name.ts';
import { countText, sizeText, spanText } from '../../core/text/amounts.ts';
import { addressText } from '../../server/listen-address.ts';
import { type Meaning, meaningOfState } from './paint.ts';
import { printable } from './printable.ts';

/** What a state of the phone means, for people. `{load}` is the load of the present hop. */
const STATES: Readonly<Record<string, string>> = {
  waiting: 'waiting for the phone to ask',
  identifying: 'finding out what runs on it from what it asks',
  offered: 'offering {load}',
  downloading: 'the phone is taking {load}',
  flashing: 'writing flash: DO NOT UNPLUG until the phone has restarted by itself',
  confirming: 'waiting for the phone to show that {load} runs',
  landed: 'landed',
  held: 'held, waits for you',
  cancelled: 'taken off the list',
  released: 'not on the list any more',
  bystander: 'not on the list',
};

/** A state in words. */
export function stateText(state: string, load: string | undefined): string {
  return (STATES[state] ?? state).replace('{load}', load ?? 'the next load');
}

/** `hop 2 of 3`; empty before the plan is known. */
export function hopText(event: { readonly hop?: number; readonly hops?: number }): string {
  if (event.hop === undefined || event.hops === undefined || event.hops === 0 || event.hop === 0) return '';
  return `hop ${event.hop} of ${event.hops}`;
}

/** One event as a sentence; text from the phone is made safe to show. */
export function describeEvent(event: LiveEvent): string {
  switch (event.event) {
    case 'server.listening':
      return event.reason ?? `listening on ${addressText(event.address, event.port)}`;
    case 'file.progress':
      return `sending ${printable(event.file)}: ${progressText(event.bytes, event.size)}`;
    case 'file.requested':
      return `asks ${name(event)}`;
    case 'file.sent':
      return sentText(event);
    case 'file.refused':
      return withReason(`asks ${name(event)}: not found`, event);
    case 'file.failed':
      return withReason(`${name(event)} broke off${failedAt(event)}`, event);
    case 'batch.paused':
    case 'batch.resumed':
    case 'batch.decision':
    case 'batch.finished':
      return batchText(event);
    default:
      return describeStep(event);
  }
}

const BATCH_TEXT: Readonly<Record<BatchEventName, string>> = {
  'batch.paused': 'the batch is paused',
  'batch.resumed': 'the batch goes on',
  'batch.decision': 'batch',
  'batch.finished': 'the batch is finished',
};

function batchText({ event, reason, advice }: BatchEvent): string {
  const hint = event === 'batch.paused' ? '; "loadstep resume" lets it go on' : adviceText({ advice });
  return `${BATCH_TEXT[event]}: ${printable(reason)}${hint}`;
}

function adviceText({ advice }: { readonly advice?: string | undefined }): string {
  return advice === undefined ? '' : `. What to do: ${printable(advice)}`;
}

function describeStep(event: HistoryEvent): string {
  switch (event.event) {
    case 'phone.seen':
      return event.peer === undefined ? 'seen' : `seen at ${printable(event.peer)}`;
    case 'phone.enrolled':
      return withReason(`on the list for ${event.target ?? '?'}`, event);
    case 'phone.released':
      return withReason(event.finding === CANCELLED ? 'cancelled' : 'released', event);
    case 'phone.finding':
      return `found out: ${printable(event.reason ?? event.finding ?? '')}${adviceText(event)}`;
    case 'phone.planned':
      return roadText(event);
    case 'phone.state':
      return withReason([hopText(event), stateText(event.state ?? '', event.load)].filter(Boolean).join(': '), event);
    case 'phone.decision':
      return `decision: ${printable(event.reason ?? '')}${adviceText(event)}`;
    case 'load.offered':
      return withReason(`${prefix(hopText(event))}${event.load ?? ''} named in ${name(event)}`, event);
    case 'phone.landed':
      return landedText(event);
    case 'phone.held':
      return heldText(event);
    default:
      return event.event;
  }
}

function roadText({ road, target, from }: HistoryEvent): string {
  if (road === undefined) return `plan for ${target ?? '?'}`;
  if (road.length === 0) return `plan: nothing to do, ${target ?? 'the target'} runs already`;
  // Of a load by name there is nothing that the road had to be right for beside it.
  const isOneLoad = from === undefined || parseLoadName(from).ok;
  const why = isOneLoad ? '' : ` (right for all that it may run: ${printable(from)})`;
  return `plan, ${countText(road.length, 'hop')}: ${road.join(' -> ')}${why}`;
}

function landedText(event: HistoryEvent): string {
  const proof = (event.witnesses ?? []).map(proofText).join('; ');
  return `landed on ${event.target ?? event.load ?? '?'}${proof === '' ? '' : ` (proof: ${proof})`}`;
}

/** What proves something, safe to show. */
export function proofText(witness: string): string {
  return printable(witnessText(witness));
}

function heldText(event: HistoryEvent): string {
  const code = event.code === undefined ? '' : ` [${event.code}]`;
  const advice = event.advice === undefined ? '' : ` What to do: ${printable(event.advice)}`;
  return `held: ${sentence(printable(event.reason ?? 'no reason given'))}${code}${advice}`;
}

function sentText(event: HistoryEvent): string {
  const took = event.tookMs === undefined || event.tookMs < 1000 ? '' : ` in ${spanText(event.tookMs)}`;
  return `sent ${name(event)}, ${sizeText(event.bytes ?? 0)}${took}`;
}

function failedAt(event: HistoryEvent): string {
  return event.bytes === undefined || event.size === undefined ? '' : ` at ${progressText(event.bytes, event.size)}`;
}

function progressText(bytes: number, size: number): string {
  return `${percentOf(bytes, size)} % (${sizeText(bytes)} of ${sizeText(size)})`;
}

/** Whole percent, rounded down so that 100 means all of it. */
export function percentOf(bytes: number, size: number): number {
  return size <= 0 ? 100 : Math.min(100, Math.floor((100 * bytes) / size));
}

/** Whether a file is part of a load, as opposed to a configuration that is asked for at every boot. */
export function isLoadFile(file: string): boolean {
  const { kind } = classifyName(file);
  return kind === 'image' || kind === 'manifest' || kind === 'term-default';
}

/**
 * Whether an event is news to a person who watches; requests for files that need not exist are not, nor what a landed phone asks at each of
 * its boots.
 */
export function isNews(event: LiveEvent): boolean {
  switch (event.event) {
    case 'file.requested':
    case 'file.progress':
      return false;
    case 'file.refused':
      return event.code !== undefined || (event.state !== 'landed' && isLoadFile(event.file ?? ''));
    case 'file.sent':
      return event.state !== 'landed' && isLoadFile(event.file ?? '');
    case 'load.offered':
      return event.state !== 'landed';
    case 'phone.state':
      return event.state !== 'landed' && event.state !== 'held';
    default:
      return true;
  }
}

/** What an event means to the one who watches, for its colour; null where nothing in particular. */
export function meaningOfEvent(row: LiveEvent): Meaning | null {
  switch (row.event) {
    case 'phone.landed':
    case 'batch.finished':
      return 'done';
    case 'phone.held':
    case 'batch.paused':
      return 'needs a hand';
    case 'phone.planned':
      return 'working';
    case 'phone.state':
      return meaningOfState(row.state ?? '');
    default:
      return null;
  }
}

function name(event: HistoryEvent): string {
  return printable(event.file ?? '?');
}

function prefix(text: string): string {
  return text === '' ? '' : `${text}: `;
}

function withReason(text: string, event: HistoryEvent): string {
  const code = event.code === undefined ? '' : ` [${event.code}]`;
  return event.reason === undefined ? `${text}${code}` : `${text} (${printable(event.reason)})${code}`;
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
