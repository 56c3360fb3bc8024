import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { adviceElsewhere } from '../../src/core/diagnose/advice-elsewhere.ts';
import { CATALOGUE, entryOf } from '../../src/core/explain/catalogue.ts';
import { loadstep, ownFolder } from '../support/fake-io.ts';
import { codesOf, diagnosed, hpa, onlyPhone } from './diagnosed.ts';

const MAC = '0018B9C0FFEE';
const HUNT = [`CTLSEP${MAC}.tlv -`, `SEP${MAC}.cnf.xml -`];
const SIP = ['SIPDefault.cnf +', `SIP${MAC}.cnf +`, 'dialplan.xml -', 'RINGLIST.DAT -'];
const OLD = [`SEP${MAC}.cnf.xml -`, 'XMLDefault.cnf.xml -', `SEP${MAC}.cnf -`, 'SEPDefault.cnf -'];

async function told(lines: readonly string[], ...flags: string[]): Promise<string> {
  const folder = await ownFolder();
  try {
    const path = join(folder.path, 'tftpd.log');
    writeFileSync(path, `${lines.join('\n')}\n`);
    const { out } = await loadstep(['diagnose', path, ...flags], { HOME: folder.path });
    return out;
  } finally {
    await folder.remove();
  }
}

describe('a 7940 whose loader hunts and then starts a SIP application', () => {
  it.each([
    ['the hunt ends at its own file', [...HUNT, `SIP${MAC}.cnf +`, ...SIP]],
    ['its own file comes last', [...HUNT, `SIP${MAC}.cnf +`, ...SIP.slice(0, 2)]],
    [
      'the hunt ends at SIPDefault.cnf, which the application asks again',
      [...HUNT, `SIP${MAC}.cnf -`, `MGC${MAC}.cnf -`, 'XMLDefault.cnf.xml -', 'SIPDefault.cnf +', ...SIP],
    ],
    ['dial plan and ring list stand in the other order', [...HUNT, `SIP${MAC}.cnf +`, SIP[0], SIP[1], SIP[3], SIP[2]]],
  ])('runs that application, where %s', (_, names) => {
    const lines = hpa('10.0.0.5', names as string[]);
    for (const log of [lines, [...lines, ...hpa('10.0.0.5', names as string[], 600_000)]]) {
      const phone = onlyPhone(log);
      expect(phone.runs).toBe('SIP application of a 7940/7960 (7+)');
      expect(phone.proofs.at(-1)?.reason).toContain('its loader, then a SIP application 7.x or 8.x');
      expect(codesOf(phone)).toEqual([]);
    }
  });

  it('runs a loader, as far as anybody knows, where nothing follows the hunt', () => {
    const whole = [...HUNT, `SIP${MAC}.cnf -`, `MGC${MAC}.cnf -`, 'XMLDefault.cnf.xml -', 'SIPDefault.cnf -'];
    for (const names of [[...HUNT, `SIP${MAC}.cnf +`], whole, [...whole, 'MGCDefault.cnf -', ...whole]]) {
      expect(onlyPhone(hpa('10.0.0.5', names)).runs).toBe('a loader of a 7940/7960 (6+)');
    }
  });
});

describe('an old phone that OS79XX.TXT sends to 7.x or 8.x at once', () => {
  it.each([
    ['P003-08-2-00.bin -'],
    ['P003-08-2-00.bin +'],
    ['P003-07-4-00.bin'],
    ['P00308010200.bin -'],
    ['P0030801SR02.bin +'],
    ['P0S3-07-4-00.bin +'],
  ])('was named it too early: %s', (image) => {
    const lines = hpa('10.0.0.5', [...OLD, 'OS79XX.TXT +', image]);
    const later = hpa('10.0.0.6', ['SEP0018B9C0FFE6.cnf.xml +'], 15 * 60_000);
    for (const log of [lines, [...lines, ...later]]) {
      const phone = diagnosed(log).find(({ mac }) => mac === MAC);
      expect(phone?.standing).toBe('stuck');
      expect(phone?.faults.map(({ code }) => code)).toEqual(['P_LOADER_TOO_EARLY']);
    }
  });

  it('has it behind it when it hunts, as only a phone with a loader does', () => {
    const phone = onlyPhone(
      hpa('10.0.0.5', [...OLD, 'OS79XX.TXT +', 'P003-08-2-00.bin +', ...HUNT, `SIP${MAC}.cnf +`, ...SIP]),
    );
    expect(codesOf(phone)[0]).toMatch(/^\(P_LOADER_TOO_EARLY/);
    expect(phone.standing).toBe('well');
  });

  it('is not told to be given that file, and what it needs first', async () => {
    const text = await told(hpa('10.0.0.5', [...OLD, 'OS79XX.TXT +', 'P003-08-2-00.bin -']));
    expect(text).toContain('P0S3-06-3-00');
    expect(text).toMatch(/do not add/i);
    expect(text).not.toMatch(/loadstep (history|retry|status)/);
  });

  it('is no phone that takes signed images, nor one on the way to 5.x or 6.x', () => {
    for (const image of ['P003-08-2-00.sbn -', 'P0S3-06-3-00.bin -', 'P00305000300.bin -', 'P0S3-05-3-00.bin +']) {
      const phone = onlyPhone(hpa('10.0.0.5', [...OLD, 'OS79XX.TXT +', image]));
      expect(codesOf(phone).join()).not.toContain('P_LOADER_TOO_EARLY');
    }
  });
});

it('advice for the log of another server names no command that knows only phones of loadstep', () => {
  const codes = CATALOGUE.filter(({ kind }) => kind === 'phone').map(({ code }) => code);
  const bad = codes.filter((code) => {
    const entry = entryOf(code);
    return (
      entry !== null &&
      adviceElsewhere(entry).some((step) => /loadstep (history|retry|status|enroll|release)/.test(step))
    );
  });
  expect(bad).toEqual([]);
  const [refused, hunt] = [entryOf('P_FILE_REFUSED'), entryOf('P_HUNT_ONLY')];
  if (refused === null || hunt === null) throw new Error('codes are missing');
  expect(adviceElsewhere(refused).length).toBeGreaterThan(0);
  expect(adviceElsewhere(hunt).length).toBeGreaterThan(0);
});

describe('a computer that boots over the network', () => {
  const PXE = ['pxelinux.0 +', 'pxelinux.cfg/default -', 'pxelinux.cfg/01-3c-52-82-00-00-01 -'];
  const dhcp = [
    'Mar  3 10:00:00 pbx dnsmasq-dhcp[9]: 11 vendor class: PXEClient:Arch:00000:UNDI:002001',
    'Mar  3 10:00:00 pbx dnsmasq-dhcp[9]: 11 DHCPACK(eth0) 10.0.0.9 3c:52:82:00:00:01',
  ];
  const tftp = (...names: string[]) =>
    names.map((name) => `Mar  3 10:00:02 pbx dnsmasq-tftp[9]: sent /srv/tftp/${name} to 10.0.0.9`);

  it.each([
    ['by its names', hpa('10.0.0.9', PXE)],
    ['by its vendor class', [...dhcp, ...tftp('undionly.kpxe')]],
    ['by its vendor class, whatever image it takes', [...dhcp, ...tftp('memtest.bin')]],
    ['with UEFI', hpa('10.0.0.9', ['bootx64.efi +', 'grub/grub.cfg +', 'vmlinuz +', 'initrd.img +'])],
  ])('is no phone, %s, and is told in one line', async (_, lines) => {
    const phone = hpa('10.0.0.5', [...HUNT, `SIP${MAC}.cnf +`, ...SIP]);
    expect(diagnosed([...lines, ...phone]).map(({ mac }) => mac)).toEqual([MAC]);
    const text = await told([...lines, ...phone]);
    expect(text).not.toMatch(/Phone (3C5282|of unknown)/);
    expect(text.match(/1 other device asked: .*10\.0\.0\.9/g)).toHaveLength(1);
  });

  it('takes no phone along: names that a phone may ask for, and its vendor class, keep it in the list', () => {
    for (const name of ['P0030801SR', 'Ring1.raw', 'OS79XX.TXT ', 'custom.xml', 'SIP42.9-3-1S.loads', 'jar42.sbn']) {
      expect(diagnosed(hpa('10.0.0.9', [`${name} -`]))).toHaveLength(1);
    }
    const own = dhcp.map((line) =>
      line.replace('PXEClient:Arch:00000:UNDI:002001', 'Cisco Systems, Inc. IP Phone CP-7960G'),
    );
    expect(diagnosed([...own, ...tftp('unknown.thing')])).toHaveLength(1);
    expect(diagnosed([...dhcp, ...tftp('SEP3C5282000001.cnf.xml')])).toHaveLength(1);
  });

  it('is counted where nothing else asked', async () => {
    const text = await told(hpa('10.0.0.9', PXE));
    expect(text).toContain('No phone asks for anything in it.');
    expect(text).toContain('1 other device asked: pxelinux.0');
    const json = (await told(hpa('10.0.0.9', PXE), '--json')).split('\n')[0] ?? '';
    expect(JSON.parse(json)).toMatchObject({ phones: 0, otherDevices: 1 });
  });
});

describe('a file that a more exact code is about', () => {
  const APP = 'P0S3-08-11-00.bin';
  const old = [`SEP${MAC}.cnf.xml -`, 'OS79XX.TXT +'];

  it('is told of once: the .bin of an 8.x application is in no archive', () => {
    const phone = onlyPhone(hpa('10.0.0.5', [...old, `${APP} -`, ...old, `${APP} -`]));
    expect(codesOf(phone).join()).toContain('P_APP_BIN_ASKED');
    expect(codesOf(phone).join()).not.toContain('P_FILE_REFUSED');
  });

  it('keeps the phone stuck in the newest of many rounds', () => {
    const rounds = Array.from({ length: 8 }, (_, i) => hpa('10.0.0.5', [...old, `${APP} -`], i * 300_000));
    const phone = onlyPhone(rounds.flat());
    expect([phone.standing, codesOf(phone).join()]).toEqual(['stuck', expect.stringMatching(/^P_APP_BIN_ASKED/)]);
    const varied = rounds.map((lines, i) => [...lines, ...hpa('10.0.0.5', [`ring${i}.raw -`], i * 300_000 + 5000)]);
    expect(onlyPhone(varied.flat()).standing).toBe('stuck');
  });

  it('is told of once: a manifest that no release has is missing in none', () => {
    const codes = codesOf(onlyPhone(hpa('10.0.0.5', [...HUNT, 'SIPDefault.cnf +', 'P003-8-12-00.loads -'])));
    expect(codes.join()).toContain('P_LOADER_NAMED_AS_LOAD');
    expect(codes.join()).not.toContain('P_MANIFEST_MISSING');
  });

  it('hides no other file that was refused', () => {
    const phone = onlyPhone(hpa('10.0.0.5', [...old, `${APP} -`, ...old, 'P0S30203.bin -']));
    const refused = phone.faults.find(({ code }) => code === 'P_FILE_REFUSED');
    expect(refused?.about).toContain('P0S30203.bin');
    expect(codesOf(phone).join()).toContain('P_APP_BIN_ASKED');
  });

  it('is told of once where it is there in another case', () => {
    const codes = codesOf(onlyPhone(hpa('10.0.0.5', [...old, 'p0s30203.bin -']), ['P0S30203.bin']));
    expect(codes.join()).toContain('P_WRONG_CASE');
    expect(codes.join()).not.toContain('P_FILE_REFUSED');
  });
});

describe('a phone of which the log shows too little for a road', () => {
  it('is not told of a flag that diagnose does not have, but of the command that takes a load', async () => {
    const lines = hpa('10.0.0.5', [
      'OS79XX.TXT -',
      'SIPDefault.cnf +',
      `SIP${MAC}.cnf +`,
      'RINGLIST.DAT -',
      'dialplan.xml -',
    ]);
    const out = (await told(lines, '--target', 'P0S3-08-11-00')).replace(/\s+/g, ' ');
    expect(out).toContain('No plan to P0S3-08-11-00 (E_AMBIGUOUS)');
    expect(out).toContain(
      'let it boot once more, or give the load that it runs: loadstep plan --from LOAD --target P0S3-08-11-00.',
    );
    expect(out).not.toContain('say it with --from');
  });
});
