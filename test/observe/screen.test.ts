import { appendFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { runCli } from '../../src/cli/program.ts';
import { FakeIo, FakeOut } from '../support/fake-io.ts';
import { growingLog } from './growing-log.ts';

const MAC = '0018B9C0FFEE';
const here = growingLog();

/** Lines of dnsmasq, which logs how each request ended and nothing else. */
function dnsmasq(texts: readonly string[], at = new Date()): string {
  return texts
    .map((text, i) => {
      const [name = '', end] = text.split(' ');
      const head = `${new Date(at.getTime() + i * 1000).toISOString()} pbx dnsmasq-tftp[16409]:`;
      return end === '+'
        ? `${head} sent /srv/tftp/${name} to 10.0.0.5\n`
        : `${head} file /srv/tftp/${name} not found for 10.0.0.5\n`;
    })
    .join('');
}

/** `observe` on a terminal of so many columns; `picture` is what stands there now. */
function looking(columns: number, flags: readonly string[] = []) {
  const io = new FakeIo(here.env, new FakeOut(true, columns, 24));
  const code = runCli(['observe', here.log, ...flags], io);
  const picture = () => {
    const frame = io.stdout.text.slice(io.stdout.text.lastIndexOf('\u001b[H') + 3);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what steers a terminal
    return frame.replace(/\u001b\[[?0-9;]*[A-Za-z]/g, '').split('\r\n');
  };
  return {
    picture,
    shows: (text: string | RegExp) =>
      vi.waitFor(() => expect(picture().join('\n')).toMatch(text), { timeout: 20_000, interval: 50 }),
    end: () => {
      io.signal('SIGINT');
      return code;
    },
  };
}

const NAMES = ['OS79XX.TXT -', `SEP${MAC}.cnf.xml -`, 'XMLDefault.cnf.xml +'];

describe('the screen of observe', () => {
  it('tells each request once, in its order, however many came one after the other', async () => {
    const { picture, shows, end } = looking(120);
    await shows(/No phone has asked/);
    for (const [i, name] of [...NAMES, 'RINGLIST.DAT -'].entries()) {
      appendFileSync(here.log, dnsmasq([name], new Date(Date.now() + i * 1000)));
      await shows(new RegExp(`\\d {2}(?:${MAC}|10\\.0\\.0\\.5) {2}${name.split(' ')[0]}`));
    }
    const told = picture().flatMap(
      (line) => new RegExp(`^[0-9:]+ {2}(?:${MAC}|10\\.0\\.0\\.5) {2}(\\S+)`).exec(line)?.[1] ?? [],
    );
    expect(told).toEqual(['OS79XX.TXT', `SEP${MAC}.cnf.xml`, 'XMLDefault.cnf.xml', 'RINGLIST.DAT']);
    expect(picture().join('\n')).toContain(`  ${MAC}: it is the phone at 10.0.0.5`);
    await end();
  });

  it('counts the requests of a server that logs only how they ended', async () => {
    writeFileSync(here.log, dnsmasq(NAMES));
    const { shows, end } = looking(80);
    await shows(/1 phone, 3 requests; nothing is served/);
    appendFileSync(here.log, dnsmasq(NAMES, new Date(Date.now() + 60_000)));
    await shows(/1 phone, 6 requests; nothing is served/);
    await end();
  });

  it.each([60, 80, 120, 200])('has both answers of a request whole at %i columns', async (columns) => {
    const { picture, shows, end } = looking(columns, ['--target', 'P0S3-08-11-00']);
    await shows(/No phone has asked/);
    appendFileSync(here.log, dnsmasq([...NAMES, 'OS79XX.TXT -', `CTLSEP${MAC}.tlv -`, `SEP${MAC}.cnf.xml -`]));
    await shows(/CTLSEP0018B9C0FFEE\.tlv:/);
    const lines = picture();
    expect(lines.filter((line) => line.length >= columns)).toEqual([]);
    const pane = lines.slice(lines.indexOf('') + 1);
    expect(pane.join('\n')).not.toContain('…');
    const flat = pane.map((line) => line.trim()).join(' ');
    expect(flat).toMatch(
      new RegExp(
        `\\d\\d:\\d\\d:\\d\\d {2}${MAC} {2}CTLSEP${MAC}\\.tlv: loadstep would have \\w+ [^;]*; the other server: not found`,
      ),
    );
    // What is of today needs no date.
    expect(flat).not.toMatch(/\d{4}-\d\d-\d\d /);
    await end();
  });

  it('what is of another day has its date', async () => {
    const { shows, end } = looking(80);
    await shows(/No phone has asked/);
    appendFileSync(here.log, dnsmasq(NAMES, new Date(Date.UTC(2025, 2, 3, 12))));
    await shows(/2025-03-03 \d\d:\d\d:\d\d {2}0018B9C0FFEE {2}SEP/);
    await end();
  });
});
