import type { SourceCount } from '../../adapters/heard/hear-sources.ts';
import type { BenchLog } from '../../core/diagnose/bench-log.ts';
import { otherDevices } from '../../core/diagnose/diagnose.ts';
import type { OtherDevice } from '../../core/diagnose/other-device.ts';
import { countText } from '../../core/text/amounts.ts';
import { captureNotes, captureText } from './capture-text.ts';
import { clockNote } from './clock-note.ts';
import { printable } from './printable.ts';

/** What can be read, for those whose log is none of it. */
const READABLE =
  'captures (pcap, pcapng), logs of tftpd-hpa, dnsmasq, atftpd, tftpd32, ISC dhcpd, Cisco IOS and others, text of tcpdump and tshark, alone or behind the prefixes of syslog, journalctl and docker; docs/diagnose.md has the list';

/** What was read of each source, and what it leaves open. */
export function sourcesText(sources: readonly SourceCount[], phones: number, bench: BenchLog): string {
  const lines = sources.map((source) =>
    source.capture === null ? sourceText(source) : captureText(source, source.capture),
  );
  const notes = sources.flatMap(({ source, clock, capture }) => {
    const where = sources.length > 1 ? printable(source) : 'It';
    return [
      ...(capture === null ? [] : captureNotes(capture, where)),
      ...(clock.isWithoutDate ? [`${where} tells no dates: spans of more than a day may be wrong.`] : []),
      ...(clock.timesBack > 0
        ? [
            `${where} has times that go back, ${clock.timesBack === 1 ? 'once' : `${clock.timesBack} times`}: its clock was set, a year ends there, or several logs are in it.`,
          ]
        : []),
    ];
  });
  notes.push(...sources.flatMap(clockNote));
  const zones = new Set(sources.map(({ clock }) => clock.isWithoutZone));
  if (sources.length > 1 && zones.size > 1) {
    notes.push(
      'Times without a zone are taken for times of this machine: give TZ=… in front of the command where they are not.',
    );
  }
  if (bench.nobodys > 0) notes.push(`${countText(bench.nobodys, 'line')} name neither a phone nor an address.`);
  if (bench.dropped > 0)
    notes.push(
      `${countText(bench.dropped, 'phone')} more were heard than are kept: those that were silent longest are missing.`,
    );
  if (phones === 0) notes.push('No phone asks for anything in it.');
  if (phones === 0 && sources.some(({ known }) => known.has('loadstep')))
    notes.push('What phones asked loadstep is in its record, not in its log: "loadstep history" shows it.');
  const others = otherDevices(bench);
  if (others.length > 0) notes.push(othersText(others));
  return `${[...lines, ...notes].join('\n')}\n`;
}

const MOST_OTHERS = 3;

function othersText(others: readonly OtherDevice[]): string {
  const shown = others.slice(0, MOST_OTHERS).map(({ asked, address }) => {
    const name = printable(asked).slice(0, 40);
    return address === null ? name : `${name} (${address})`;
  });
  const more = others.length > MOST_OTHERS ? ', …' : '';
  return `${countText(others.length, 'other device')} asked: ${shown.join(', ')}${more}. No Cisco phone asks for such names.`;
}

function sourceText({ source, lines, known, unreadLines, unread, cutOff }: SourceCount): string {
  const programs = [...known].map(([name, count]) => `${name} ${count}`).join(', ');
  const [first] = unread;
  const other =
    unreadLines === 0 || first === undefined
      ? ''
      : `; ${countText(unreadLines, 'line')} of other things, the first: ${printable(first.text).slice(0, 80)}`;
  const cut = cutOff === null ? '' : `; it is cut off (${cutOff}), and was read as far as it goes`;
  return `Read ${printable(source)}: ${countText(lines, 'line')} (${programs === '' ? 'nothing known' : programs})${other}${cut}.`;
}

/** That nothing in the sources is known, with their first lines. */
export function unknownText(sources: readonly SourceCount[]): string {
  const record = sources.find(({ unread }) => unread[0]?.text.startsWith('SQLite format 3') === true);
  if (record !== undefined)
    return `${printable(record.source)} is no log but a database; if it is a record of loadstep, "loadstep history --db ${printable(record.source)}" shows what phones asked`;
  const [first] = sources;
  const lines = first?.unread.slice(0, 2).map(({ text }) => `"${printable(text).slice(0, 80)}"`) ?? [];
  const names = sources.map(({ source }) => (source === '-' ? 'standard input' : printable(source))).join(', ');
  if (lines.length === 0) return `there is nothing in ${names}; give a log that holds lines of a TFTP or DHCP server`;
  return `nothing in ${names} is known; it begins with ${lines.join(' and ')}. What can be read: ${READABLE}`;
}
