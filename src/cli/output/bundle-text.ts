import type { SourceCount } from '../../adapters/heard/hear-sources.ts';
import { type BundlePart, momentOf, type ReadBundle } from '../../core/heard/bundle-reader.ts';
import { countText } from '../../core/text/amounts.ts';
import { fitText, type Look } from './fit-text.ts';
import { historyTimeline, LEGEND } from './history-text.ts';
import { clockText, dateText, printable } from './printable.ts';

const LABEL = 9;

/** What the bundles among the sources say beside the requests; with everything also the record's rows. */
export function bundlesText(sources: readonly SourceCount[], look: Look, isWhole: boolean): string {
  return sources.map(({ bundle }) => (bundle === null ? '' : `${bundleText(bundle, look, isWhole)}\n`)).join('');
}

/** The same for programs, without the rows. */
export function bundleJson(bundle: ReadBundle | null): object | null {
  if (bundle === null) return null;
  const { rows, ...parts } = bundle;
  return { ...parts, rows: rows.length };
}

function bundleText(
  { head, status, settings, packages, firmware, rows }: ReadBundle,
  look: Look,
  isWhole: boolean,
): string {
  const said = (value: unknown) => (typeof value === 'string' || typeof value === 'number' ? String(value) : '?');
  const madeAt = momentOf(head.madeAt);
  const made = madeAt === null ? '' : `, made ${dateText(madeAt)} ${clockText(madeAt)}`;
  const names = head.names === 'kept' ? 'names are as they were' : 'names are stand-ins';
  const served = head.isServed === true ? 'a server worked on the record' : 'no server worked on the record';
  const by = `loadstep ${said(head.loadstep)}, Node ${said(head.node)}, ${said(head.platform)}`;
  const lines = [
    `Bundle of ${said(head.mac)}${made} by ${by}; ${names}; ${served} then.`,
    ...(status === null ? [] : statusLines(status)),
    ...(settings.length === 0 ? [] : [fact('settings', settings.map(settingText).join('; '))]),
    ...firmwareLines(packages, firmware),
    fact(
      'record',
      `${countText(rows.length, 'row')}${head.hasOlderRows === true ? ', and older ones that are not in it' : ''}${isWhole ? '' : ': --details shows them'}`,
    ),
  ].map(printable);
  const text = `${lines.join('\n')}\n`;
  const shown = look.columns === null ? text : fitText(text, look.columns);
  return isWhole && rows.length > 0 ? `${shown}\n${timelineText(rows, look)}` : shown;
}

function timelineText(rows: ReadBundle['rows'], look: Look): string {
  return `${LEGEND}\n\n${[...historyTimeline(rows, () => null, look)].join('')}`;
}

function statusLines(status: BundlePart): string[] {
  const text = (key: string) => (typeof status[key] === 'string' ? String(status[key]) : null);
  const { hop, hops } = status;
  const at = typeof hop === 'number' && typeof hops === 'number' && hops > 0 ? `, hop ${hop} of ${hops}` : '';
  const target = text('target') === null ? '' : `, target ${text('target')}`;
  const load = text('load') === null || at === '' ? '' : ` (${text('load')})`;
  const model = text('model') === null ? '' : `, ${text('model')}`;
  const why = [text('code'), text('waits') ?? text('reason')].filter((one) => one !== null).join(': ');
  return [
    fact('stood', `${text('state') ?? 'not known'}${at}${load}${target}${model}`),
    ...(text('from') === null ? [] : [fact('believed', `it runs ${text('from')}`)]),
    ...(why === '' ? [] : [fact('why', why)]),
    ...(text('advice') === null ? [] : [fact('advice', `${text('advice')}`)]),
  ];
}

function settingText({ key, texts, path, isOn, code, message }: BundlePart): string {
  if (typeof code === 'string') return `not readable: ${String(message)} (${code})`;
  const values = [texts, path].flatMap((list) => (Array.isArray(list) ? list : [])).map(String);
  if (values.length > 0) return `--${String(key)} ${values.join(' ')}`;
  return isOn === false ? `--${String(key)} off` : `--${String(key)}`;
}

function firmwareLines(packages: readonly BundlePart[], firmware: BundlePart | null): string[] {
  if (firmware !== null) return [fact('firmware', `none: ${String(firmware.message)} (${String(firmware.code)})`)];
  return packages.map(({ load, verdict, findings }, i) => {
    const codes = Array.isArray(findings)
      ? [...new Set(findings.map((one) => String((one as BundlePart | null)?.code)))]
      : [];
    return fact(
      i === 0 ? 'firmware' : '',
      `${String(load)} ${String(verdict)}${codes.length === 0 ? '' : `: ${codes.join(', ')}`}`,
    );
  });
}

function fact(label: string, text: string): string {
  return `  ${label.padEnd(LABEL)}  ${text}`;
}
