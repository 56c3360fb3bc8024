import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeSyntheticFirmware } from '../../src/emulator/firmware/synthetic-firmware.ts';
import { published } from '../heard/heard-lines.ts';
import { loadstep, ownFolder } from '../support/fake-io.ts';
import { hpa } from './diagnosed.ts';

const MAC = '0018B9FFFFFF';
let folder: Awaited<ReturnType<typeof ownFolder>>;
let env: Record<string, string>;

beforeAll(async () => {
  folder = await ownFolder();
  const firmware = join(folder.path, 'firmware');
  await writeSyntheticFirmware({ out: firmware, releases: ['P0S3-08-11-00', 'P0S3-05-3-00'] });
  env = { HOME: folder.path, LOADSTEP_DB: join(folder.path, 'loadstep.db'), LOADSTEP_FIRMWARE: firmware };
});
afterAll(() => folder.remove());

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder.path, name);
  writeFileSync(path, content);
  return path;
}

const log = (name: string, log: string) => file(name, `${published(log).join('\n')}\n`);

describe('loadstep diagnose', () => {
  it('tells one phone in full, and opens no database', async () => {
    const path = log('one.log', '79x0-02-sccp31-mfg-boot');
    const { code, out, err } = await loadstep(['diagnose', path], { ...env, LOADSTEP_DB: '/nowhere/at/all.db' });
    expect([code, err]).toEqual([0, '']);
    expect(out.split('\n').slice(0, 7)).toEqual([
      `Phone ${MAC} at 192.168.1.12, 7940 or 7960: gets no further`,
      '  runs       SCCP application of a 7940/7960 (3.x to 4.x)',
      '             line 2: OS79XX.TXT, then SEP….cnf.xml: an SCCP image before 7.x',
      '             line 4: OS79XX.TXT, then SEP….cnf.xml and SEP….cnf: an SCCP 3.x image',
      '  tried      12:45:17 line 1: OS79XX.TXT, SEP….cnf.xml, XMLDefault.cnf.xml, SEP….cnf, SEPDefault.cnf',
      '             No line says how any of these ended.',
      '  wrong      P_CONFIG_ROUND_REPEATS, line 5: went through its names to the last one and asked for no image.',
    ]);
    expect(out).toContain(`Read ${path}: 5 lines (atftpd 5).`);
  });

  it('says of a 7940 nothing that is for Java phones, and names the command that shows its steps', async () => {
    const path = file('old.log', hpa('10.0.0.5', ['OS79XX.TXT', `SEP${MAC}.cnf.xml -`, `SEP${MAC}.cnf -`]).join('\n'));
    const { out } = await loadstep(['diagnose', path], env);
    expect(out).toContain('P_TRIGGER_NOT_TAKEN');
    expect(out).toContain('`loadstep diagnose FILE --target LOAD` shows the steps');
    expect(out).not.toMatch(/Java phones: erase|loadstep plan/);
  });

  it('says of a log of its own that the requests are in the record', async () => {
    const line = {
      level: 30,
      time: '2026-11-29T06:00:00.000Z',
      event: 'server.listening',
      address: '0.0.0.0',
      port: 69,
    };
    const { out } = await loadstep(['diagnose', file('own.log', `${JSON.stringify(line)}\n`)], env);
    expect(out).toContain('No phone asks for anything in it.');
    expect(out).toContain('"loadstep history" shows it.');
  });

  it('shows the road to a target with the firmware that is here', async () => {
    const path = log('road.log', '79x0-02-sccp31-mfg-boot');
    const { code, out } = await loadstep(['diagnose', path, '--target', 'P0S3-08-11-00'], env);
    expect(code).toBe(0);
    expect(out).toMatch(/ {2}road {7}To P0S3-08-11-00 .*hops:/);
  });

  it('ends with 3 when no phone has a road to the target', async () => {
    const path = log('java.log', 'java-cisco7942freepbx-normal-boot');
    const { code, out } = await loadstep(['diagnose', path, '--target', 'P0S3-08-11-00'], env);
    expect(code).toBe(3);
    expect(out).toContain('No plan to P0S3-08-11-00 (E_WRONG_FAMILY)');
  });

  it('shows many phones as a table, worst first, and one of them with --mac', async () => {
    const good = [1, 2, 3].flatMap((n) => hpa(`10.0.0.${n}`, [`SEP0018B9C0FFE${n}.cnf.xml +`, 'SIPDefault.cnf +']));
    const path = file('many.log', [...good, ...published('79x0-02-sccp31-mfg-boot')].join('\n'));
    const { out } = await loadstep(['diagnose', path], env);
    const lines = out.split('\n');
    expect(lines[0]).toMatch(/^PHONE +ADDRESS +STANDS +CODE +SEEN AT +RUNS/);
    expect(lines[1]).toMatch(/^0018B9FFFFFF +192\.168\.1\.12 +gets no further +P_CONFIG_ROUND_REPEATS +line 17/);
    expect(out).not.toContain('tried');
    const one = await loadstep(['diagnose', path, '--mac', MAC], env);
    expect(one.out).toMatch(/^Phone 0018B9FFFFFF/);
    expect((await loadstep(['diagnose', path, '--mac', '0018B9C0FFEF'], env)).code).toBe(2);
  });

  it('prints one object a line with --json: what was read, then each phone', async () => {
    const path = log('json.log', 'java-sysop-ca-7911-jar-name-case');
    const { out } = await loadstep(['diagnose', path, '--json'], env);
    const [sources, phone, ...rest] = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rest).toEqual([]);
    expect(sources).toMatchObject({
      diagnosis: 'sources',
      phones: 1,
      sources: [{ lines: 5, known: { 'tftpd-hpa': 5 } }],
    });
    expect(phone).toMatchObject({
      diagnosis: 'phone',
      mac: null,
      family: '11',
      standing: 'stuck',
      faults: [
        { code: 'P_FILE_REFUSED', line: 3 },
        { code: 'P_WRONG_CASE', line: 3 },
      ],
      rounds: [{ asked: [{ outcome: null }, { outcome: 'not-found' }, { outcome: 'broken-off' }] }],
    });
  });

  it('reads packed files, also one that was cut, and several in the order of their times', async () => {
    const whole = published('java-cisco7942freepbx-normal-boot').join('\n');
    const first = file('first.gz', gzipSync(`${whole}\n`));
    const { out } = await loadstep(['diagnose', first], env);
    expect(out).toMatch(/^Phone 12ABC345678D .*nothing wrong seen/);
    const long = gzipSync(Array.from({ length: 4000 }, (_, i) => `${whole}${i}`).join('\n'));
    const cut = await loadstep(['diagnose', file('cut.gz', long.subarray(0, long.length - 2000))], env);
    expect(cut.code).toBe(0);
    expect(cut.out).toContain('it is cut off (unexpected end of file)');
    const [later, earlier] = [log('b.log', '79x0-05-sip8-provisioning'), log('a.log', '79x0-03-ual-hunt-after-reset')];
    const both = await loadstep(['diagnose', later, earlier], env);
    expect(both.out).toMatch(/tried .*a\.log:1: CTLSEP.*\n.*b\.log:1: SIPDefault\.cnf/);
  });

  it.each([
    ['nothing of it', Buffer.from('hello\nworld\n'), 'E_LOG_UNKNOWN'],
    ['nothing', Buffer.from(''), 'E_LOG_UNKNOWN'],
    ['bytes', Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * 7919) & 255)), 'E_LOG_UNKNOWN'],
    ['a line of megabytes', Buffer.alloc(3_000_000, 'in.tftpd[1]: RRQ from '), 'E_LOG_UNKNOWN'],
  ])('a file that holds %s is refused with what can be read', async (_, content, code) => {
    const { code: exit, out, err } = await loadstep(['diagnose', file('other.log', content)], env);
    expect([exit, out]).toEqual([2, '']);
    expect(err).toContain(`(${code})`);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
    expect(err.length).toBeLessThan(700);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none of these may reach a terminal
    expect(err).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });

  it('a file that is not there, or is a folder, is said before anything is read', async () => {
    const there = log('there.log', '79x0-02-sccp31-mfg-boot');
    for (const name of [join(folder.path, 'none.log'), folder.path]) {
      const { code, out, err } = await loadstep(['diagnose', there, name], env);
      expect([code, out]).toEqual([2, '']);
      expect(err).toContain('(E_LOG_UNREADABLE)');
    }
  });

  it('shows the road also where there is no firmware yet: which files it takes', async () => {
    const path = log('bare.log', '79x0-02-sccp31-mfg-boot');
    const { code, out } = await loadstep(['diagnose', path, '--target', 'P0S3-08-11-00'], { HOME: folder.path });
    expect(code).toBe(3);
    expect(out).toContain('(E_FILES_MISSING)');
    expect(out).toContain('P_CONFIG_ROUND_REPEATS');
  });

  it('writes a page of its own, in which whatever a phone asked is text', async () => {
    const evil = '<script>alert(1)</script>"onload=x.loads';
    const lines = hpa('10.0.0.5', [`SEP${MAC}.cnf.xml +`, `${evil} -`, "x' <img src=http://example.org/x>.sbn -"]);
    const page = join(folder.path, 'page.html');
    const { out } = await loadstep(['diagnose', file('evil.log', lines.join('\n')), '--html', page], env);
    expect(out).toBe(`${page}: 1 phone\n`);
    const text = readFileSync(page, 'utf8');
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(text).not.toMatch(/<script|<img|<link|<iframe|\son\w+=|url\(|@import/i);
    expect([...text.matchAll(/(?:href|src)="([^"]*)"/g)].every(([, to]) => to?.startsWith('#'))).toBe(true);
    expect(text).toContain("default-src 'none'");
  });

  it('a page that cannot be written is said', async () => {
    const path = log('page.log', '79x0-02-sccp31-mfg-boot');
    const { code, err } = await loadstep(['diagnose', path, '--html', join(folder.path, 'none', 'x.html')], env);
    expect([code, err]).toEqual([2, expect.stringContaining('there is no folder')]);
  });

  it('names that came over the network cannot steer the terminal', async () => {
    const path = file('hostile.log', hpa('10.0.0.5', [`SEP${MAC}.cnf.xml +`, '\u001b[2Jx\u202e.loads -']).join('\n'));
    const { out } = await loadstep(['diagnose', path], env);
    expect(out).toContain('\\x1b[2Jx\\u202e.loads');
  });
});
