import { appendFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { runCli } from '../../src/cli/program.ts';
import { hpa } from '../diagnose/diagnosed.ts';
import { FakeIo, FakeOut } from '../support/fake-io.ts';
import { growingLog } from './growing-log.ts';

const MAC = '0018B9C0FFEE';
const OTHER = '0018B9C0FFEF';
const here = growingLog();

const lines = (names: readonly string[], from = 0, address = '10.0.0.5') => `${hpa(address, names, from).join('\n')}\n`;

/** A boot of an SCCP 3.x phone, as a server without anything for it answers. */
const BOOT = [`SEP${MAC}.cnf.xml -`, 'XMLDefault.cnf.xml -', `SEP${MAC}.cnf -`, 'SEPDefault.cnf -'];

/** A running \`observe\`. */
function observing(flags: readonly string[], io = new FakeIo(here.env)) {
  const code = runCli(['observe', ...flags], io);
  return {
    io,
    shows: (text: string | RegExp) => vi.waitFor(() => expect(io.stdout.text).toMatch(text), { timeout: 20_000 }),
    /** Resolves when it has read what was there. */
    looks: () => vi.waitFor(() => expect(io.stderr.text).toContain('nothing is served'), { timeout: 20_000 }),
    end: (signal: 'SIGINT' | 'SIGTERM' = 'SIGINT') => {
      io.signal(signal);
      return code;
    },
  };
}

describe('loadstep observe', () => {
  it('tells each request with its end and what is new, and at the end how every phone stands', async () => {
    const { io, shows, looks, end } = observing([here.log]);
    await looks();
    appendFileSync(here.log, lines(['OS79XX.TXT -', ...BOOT]));
    await shows(/SEPDefault\.cnf not found/);
    await shows(/runs SCCP application of a 7940\/7960 \(3\.x to 4\.x\)/);
    const before = io.stdout.text.length;
    expect(await end()).toBe(130);
    const summary = io.stdout.text.slice(before);
    expect(summary).toMatch(/PHONE +ADDRESS +STANDS/);
    expect(summary).toMatch(/0018B9C0FFEE +10\.0\.0\.5/);
    expect(summary).toContain(`Read ${here.log}: 10 lines (tftpd-hpa 10).`);
  });

  it('says of the phones it is asked about what loadstep would have answered, and what the other server did', async () => {
    writeFileSync(here.log, lines([`SEP${MAC}.cnf.xml -`]));
    const { io, shows, end } = observing([here.log, '--mac', MAC, '--target', 'P0S3-08-11-00']);
    await shows(/SEP0018B9C0FFEE\.cnf\.xml: loadstep would have/);
    appendFileSync(here.log, lines(['OS79XX.TXT -', ...BOOT, 'OS79XX.TXT -', 'RINGLIST.DAT -'], 60_000));
    appendFileSync(here.log, lines([`SEP${OTHER}.cnf.xml -`], 90_000, '10.0.0.6'));
    await shows(/0018B9C0FFEF {2}SEP0018B9C0FFEF\.cnf\.xml not found/);
    expect(await end('SIGTERM')).toBe(0);
    const { text } = io.stdout;
    expect(text).toMatch(
      /10:01:05 {2}0018B9C0FFEE {2}OS79XX\.TXT: loadstep would have named P0S3-05-3-00 in it; the other server: not found\n/,
    );
    expect(text).toContain(
      'SEP0018B9C0FFEE.cnf: loadstep would have refused it (P0S3-05-3-00 is named in OS79XX.TXT); the',
    );
    expect(text).toContain('RINGLIST.DAT: loadstep would have given what lies in the tree of --root');
    expect(text).not.toContain(`${OTHER}.cnf.xml: loadstep`);
    expect(text).toMatch(
      /0018B9C0FFEE: of 8 requests loadstep would have answered \d otherwise than the other server did; of \d it is not known \(what/,
    );
  });

  it('where both name a load in a file, it is not known whether they name the same', async () => {
    writeFileSync(here.log, lines(['OS79XX.TXT -', ...BOOT]));
    const { io, shows, looks, end } = observing([here.log, '--json', '--target', 'P0S3-08-11-00']);
    await looks();
    appendFileSync(here.log, lines(['OS79XX.TXT +'], 60_000));
    await shows(/"asked":"OS79XX\.TXT".*"outcome":"sent"/);
    await end();
    const told = io.stdout.json();
    const sent = told.filter(({ theirs }) => (theirs as { outcome?: string } | null)?.outcome === 'sent');
    expect(sent).toMatchObject([{ asked: 'OS79XX.TXT', ours: { kind: 'names' }, isOtherwise: null }]);
    expect(told.at(-1)).toMatchObject({ shadows: [{ notKnown: expect.any(Number) }] });
    expect(JSON.stringify(told.at(-1))).not.toContain('"notKnown":0');
  });

  it('says beside such a request that what the other server wrote is not seen', async () => {
    writeFileSync(here.log, lines(['OS79XX.TXT -', ...BOOT]));
    const { io, shows, looks, end } = observing([here.log, '--target', 'P0S3-08-11-00']);
    await looks();
    appendFileSync(here.log, lines(['OS79XX.TXT +'], 60_000));
    await shows(/the other server: sent it.* \(which load stands in it is not seen\)\n/);
    await end();
    expect(io.stdout.text).toMatch(/^0018B9C0FFEE: of \d+ requests .*; of [1-9]\d* it is not known/m);
  });

  it('of a server that says nothing of what it sent, it says so in the end', async () => {
    const { io, shows, looks, end } = observing([here.log, '--target', 'P0S3-08-11-00']);
    await looks();
    appendFileSync(here.log, lines([`SEP${MAC}.cnf.xml`]));
    await shows(/SEP0018B9C0FFEE\.cnf\.xml asked/);
    await end();
    expect(io.stdout.text).toContain('; the other server: no line tells\n');
  });

  it('tells how long a phone took for an image, and until it asked again', async () => {
    writeFileSync(
      here.log,
      [lines(['OS79XX.TXT +', 'P0S3-05-3-00.bin +']), lines(['OS79XX.TXT +', `SIP${MAC}.cnf +`], 60_000)].join(''),
    );
    const { io, shows, looks, end } = observing([here.log]);
    await looks();
    expect(io.stdout.text).toMatch(/^PHONE +ADDRESS +STANDS/);
    appendFileSync(here.log, lines(['SIPDefault.cnf +'], 63_000));
    await shows(/SIPDefault\.cnf sent/);
    await end();
    expect(io.stdout.text).toContain('P0S3-05-3-00.bin: seen once, fetched in 0 s, the phone asked again after 59 s.');
  });

  it('with --json has a line for each phone that changed, each request beside, and the end', async () => {
    writeFileSync(here.log, lines(['OS79XX.TXT -', ...BOOT]));
    const { io, shows, end } = observing([here.log, '--json', '--target', 'P0S3-08-11-00']);
    await shows(/"diagnosis":"phone"/);
    await end();
    const told = io.stdout.json();
    expect(new Set(told.map(({ diagnosis }) => diagnosis))).toEqual(new Set(['shadow', 'phone', 'sources', 'summary']));
    expect(told.find(({ asked }) => asked === 'SEPDefault.cnf')).toMatchObject({
      diagnosis: 'shadow',
      mac: MAC,
      ours: { kind: 'not-found' },
      theirs: { outcome: 'not-found' },
      isOtherwise: false,
    });
    expect(told.at(-1)).toMatchObject({ diagnosis: 'summary', shadows: [{ mac: MAC, otherwise: 0 }] });
  });

  it('draws the phones on a terminal with what was told last below, and leaves the summary behind', async () => {
    const io = new FakeIo(here.env, new FakeOut(true, 120, 24));
    const { shows, end } = observing([here.log, '--target', 'P0S3-08-11-00'], io);
    await shows(/No phone has asked for anything yet/);
    appendFileSync(here.log, lines(['OS79XX.TXT -', ...BOOT, 'OS79XX.TXT -']));
    await shows(/1 phone, 6 requests; nothing is served/);
    await shows(/ASKED LAST[\s\S]*loadstep would have/);
    await end();
    // What is left on the screen is the summary alone.
    const left = io.stdout.text.slice(io.stdout.text.lastIndexOf('\u001b[?1049l'));
    expect(left).toMatch(/0018B9C0FFEE +10\.0\.0\.5/);
    expect(left).not.toContain('Ctrl-C ends');
  });

  it('with nothing to look at, with phones and no target, or with a log that is not there, says what to give', async () => {
    const refused = async (...flags: string[]) => {
      const io = new FakeIo(here.env);
      return [await runCli(['observe', ...flags], io), io.stderr.text];
    };
    expect(await refused()).toEqual([
      2,
      expect.stringContaining('give a log that grows, - for standard input, or --interface eth0'),
    ]);
    expect(await refused(here.log, '--mac', MAC)).toEqual([
      2,
      expect.stringContaining('--mac goes with --target LOAD'),
    ]);
    expect(await refused(here.nowhere)).toEqual([2, expect.stringContaining('E_LOG_UNREADABLE')]);
  });

  it('without tcpdump, or with an interface that is none, says why and what else can be done', async () => {
    const io = new FakeIo(here.env);
    expect(await runCli(['observe', '--interface', 'no-such-interface'], io)).toBe(2);
    expect(io.stderr.text).toMatch(/no-such-interface cannot be recorded: .+; run it as root, or give it a capture/);
    expect(io.stderr.text).toContain('(E_LOG_UNREADABLE)');
  });
});
