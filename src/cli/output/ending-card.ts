import type { PhoneStatus } from '../../app/told/phone-status.ts';
import { familyOfLoad } from '../../core/names/load-name.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { sizeText, spanText } from '../../core/text/amounts.ts';
import { isOwnCommand } from './command-line.ts';
import { proofText } from './event-text.ts';
import { fitText, type Look } from './fit-text.ts';
import { importingInto } from './importing-into.ts';
import type { Ending } from './live-view.ts';
import { printable } from './printable.ts';
import { AGAIN, withSameCommand } from './same-command.ts';
import { doNotUnplugText } from './waiting-advice.ts';

/** What the last card tells of the phone. */
export interface CardFacts extends Look {
  readonly mac: MacAddress;
  readonly columns: number;
  /** Flags that commands about this phone need to find its record. */
  readonly recordFlags: readonly string[];
  /** The command that goes on, where that is not the one that was typed. */
  readonly goOn?: string | null;
  /** What goes on giving files of the operator's tree; null where there is no tree. */
  readonly serveCommand: string | null;
  /** The words that the server was started with, for one that goes on in its place; without it those of the record and the store. */
  readonly serveFlags?: readonly string[];
  readonly isRehearsal: boolean;
  /** Whether the server ended with the command, so that the same command starts it again. */
  readonly isOwnServer: boolean;
  /** The words that lead an import into the store of the server. */
  readonly firmwareFlags: readonly string[];
  /** Of firmware, as far as it was seen to be sent. */
  readonly bytes: number;
  /** What proves the landing. */
  readonly witnesses: readonly string[];
  readonly status: PhoneStatus | null;
}

type Row = readonly [name: string, text: string];

/** The last words of a command that followed one phone: how it ended, why, and what comes next. */
export function endingCard(ending: Ending, facts: CardFacts): string {
  const { paint, columns } = facts;
  const [head, ...rows] = linesOf(ending, facts);
  const width = rows.reduce((most, [name]) => Math.max(most, name.length), 0);
  const below = rows.map(([name, text]) => {
    const line = `  ${name.padEnd(width)}  ${printable(text)}`;
    // A command is copied as one line, however narrow the terminal is.
    return isOwnCommand(text) ? line : fitText(line, columns);
  });
  return `${[paint(head[0], fitText(head[1], columns)), ...below].join('\n')}\n`;
}

type Head = readonly ['done' | 'needs a hand' | 'do not unplug' | 'beside the point', string];

function linesOf(ending: Ending, facts: CardFacts): readonly [Head, ...Row[]] {
  const { mac, recordFlags, isRehearsal, bytes, witnesses, status } = facts;
  const phone = ['--mac', mac, ...recordFlags].join(' ');
  const record: Row = ['record', `loadstep history ${phone}`];
  switch (ending.kind) {
    case 'landed': {
      const target = status?.target ?? status?.load ?? '';
      const sent: Row[] = bytes === 0 ? [] : [['sent', sizeText(bytes)]];
      return [
        ['done', `✓ LANDED  ${mac} runs ${target}, ${landedAfter(ending)}`],
        ...witnesses.map((one): Row => ['proof', proofText(one)]),
        ...sent,
        record,
        ...lacking(status),
        // Nobody gives an emulated phone an account; what comes next is said by the demo.
        ...(isRehearsal ? [] : afterLanding(facts)),
      ];
    }
    case 'held': {
      const code = status?.code ?? null;
      return [
        ['needs a hand', `! HELD  ${mac}${code === null ? '' : `  [${code}]`}`],
        ['why', status?.reason ?? 'it needs a person'],
        ...whatToDo(status?.advice ?? null, facts),
        ['more', code === null ? `loadstep history ${phone}` : `loadstep explain ${code}`],
      ];
    }
    case 'stopped':
      if (isRehearsal)
        return [['beside the point', `Stopped by ${ending.by}. The phone was an emulated one; the demo begins anew.`]];
      return [stoppedHead(ending, mac), ...goingOn(facts, isNobodyBusy(ending) && status?.lastSeenAt === null)];
  }
}

/** What a landed phone is not given of its own, where that is known already. */
function lacking(status: PhoneStatus | null): Row[] {
  if (status?.state !== 'landed' || status.reason === null) return [];
  return [['but', status.reason], ...inRows('what to do', status.advice ?? '')];
}

type Stopped = Extract<Ending, { readonly kind: 'stopped' }>;

function isNobodyBusy({ isBusy, busyOthers = [] }: Stopped): boolean {
  return !isBusy && busyOthers.length === 0;
}

function stoppedHead(ending: Stopped, mac: MacAddress): Head {
  const { by, isBusy, busyOthers = [] } = ending;
  if (isNobodyBusy(ending)) return ['beside the point', `Stopped by ${by}.`];
  const danger =
    busyOthers.length === 0
      ? 'Do NOT unplug the phone: it may be writing its flash'
      : doNotUnplugText(isBusy ? [mac, ...busyOthers] : busyOthers);
  return ['do not unplug', `Stopped by ${by}. ${danger}.`];
}

/** How a road goes on that was left. Where the phone was chosen from those that ask, the same command would show that choice again. */
function goingOn({ mac, goOn = null }: CardFacts, hasNeverAsked: boolean): Row[] {
  const [next, doubt] = hasNeverAsked
    ? ['waits for it again', ` It never asked: is ${mac} the MAC on its label?`]
    : ['goes on from here', ''];
  if (goOn === null) return [['next', `The same command ${next}.${doubt}`]];
  return [
    ['next', doubt === '' ? `This ${next}:` : `This ${next}.${doubt}`],
    ['', goOn],
  ];
}

/** What comes after the landing, in lines for those who see no card. */
export function afterLandingText(facts: Landed): string {
  return afterLanding(facts)
    .map(([name, text]) => (name === '' ? `  ${text}` : `Next: ${text}`))
    .join('\n');
}

type Landed = Pick<CardFacts, 'mac' | 'recordFlags' | 'firmwareFlags' | 'serveCommand' | 'serveFlags' | 'status'>;

function afterLanding({ mac, recordFlags, firmwareFlags, serveCommand, serveFlags, status }: Landed): Row[] {
  const target = status?.target ?? status?.load ?? '';
  const asks = familyOfLoad(target) === '79x0' ? `SIP${mac}.cnf` : `SEP${mac}.cnf.xml`;
  if (serveCommand === null)
    return accountAtThePbx(mac, recordFlags, serveFlags ?? [...firmwareFlags, ...recordFlags], asks);
  return [
    ['next', `Type this; then restart the phone, and it reads its own ${asks}:`],
    ['', serveCommand],
  ];
}

/** What comes after the landing where no tree of the operator's is given out: `upgrade` answers nothing any more. */
function accountAtThePbx(
  mac: MacAddress,
  recordFlags: readonly string[],
  serveFlags: readonly string[],
  asks: string,
): Row[] {
  const record = recordFlags.map((word) => ` ${word}`).join('');
  const server = serveFlags.map((word) => ` ${word}`).join('');
  return [
    [
      'next',
      `Point DHCP at your provisioning server again, then restart the phone: it reads its own ${asks} at its next boot. No such server? loadstep gives the phone its account at your PBX, or the files of a folder of yours with serve --root FOLDER:`,
    ],
    ['', `loadstep accounts set --mac ${mac} --extension NUMBER --generate${record}`],
    ['', `loadstep pbx KIND --out DIR${record}`],
    ['', `loadstep serve --configure --pbx ADDRESS${server}`],
    ['', 'Then, while that runs, restart the phone. More: docs/after-landing.md'],
  ];
}

function landedAfter({ tookMs, isResumed }: Extract<Ending, { readonly kind: 'landed' }>): string {
  return isResumed === true ? `${spanText(tookMs)} after this command began` : `after ${spanText(tookMs)}`;
}

/** A command within a sentence: at its start or behind a colon, up to the next sign that ends it. */
const COMMAND_INSIDE = /(?:^|(?<=: ))loadstep(?: (?:'[^']*'|<[^>]*>|[^\s',;<]+))+/g;

/** A text in rows in which each command has one of its own: it is copied whole, and the words beside it are broken to the width. */
function inRows(name: string, text: string): Row[] {
  const rows: string[] = [];
  let from = 0;
  for (const { 0: command, index } of text.matchAll(COMMAND_INSIDE)) {
    rows.push(text.slice(from, index).trim(), command);
    from = index + command.length;
  }
  rows.push(text.slice(from).replace(/^[,;. ]+/, ''));
  return rows.filter((row) => row !== '').map((row, at): Row => [at === 0 ? name : '', row.replace(/^[,;] */, '')]);
}

/** One way on. */
function whatToDo(
  advice: string | null,
  { firmwareFlags, isOwnServer }: Pick<CardFacts, 'firmwareFlags' | 'isOwnServer'>,
): Row[] {
  if (advice === null) return [['what to do', AGAIN]];
  if (!isOwnServer) return inRows('what to do', importingInto(advice, firmwareFlags));
  const again = withSameCommand(advice, firmwareFlags);
  const rows = inRows('what to do', again);
  return again.includes(AGAIN) ? rows : [...rows, ['then', AGAIN]];
}
