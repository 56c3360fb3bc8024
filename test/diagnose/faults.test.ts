import { describe, expect, it } from 'vitest';
import { codesOf, diagnosed, hpa, onlyPhone } from './diagnosed.ts';

const MAC = '0018B9C0FFEE';
const JAVA = 'B0AA77000001';
const HUNT = ['CTLSEP', 'SEP', 'SIP', 'MGC'];

/** A hunt of the loader, with how it was answered behind each name. */
function hunt(end: string): string[] {
  const own = HUNT.map((head) => `${head}${MAC}${head === 'CTLSEP' ? '.tlv' : head === 'SEP' ? '.cnf.xml' : '.cnf'}`);
  return [...own, 'XMLDefault.cnf.xml', 'SIPDefault.cnf', 'MGCDefault.cnf'].map((name) => `${name} ${end}`);
}

const java = (end: string) => [
  `CTLSEP${JAVA}.tlv -`,
  `ITLSEP${JAVA}.tlv -`,
  'ITLFile.tlv -',
  `SEP${JAVA}.cnf.xml ${end}`,
];

describe('a transfer that broke off', () => {
  const boot = (...ends: string[]) => ['OS79XX.TXT +', ...ends.map((end) => `P003-08-11-00.sbn ${end}`)];

  it('and was sent whole after that is over, and told where it broke off', () => {
    const phone = onlyPhone(hpa('10.0.0.5', [...boot('!', '+'), `SIP${MAC}.cnf +`]));
    expect(codesOf(phone)).toEqual(['(P_TRANSFER_BROKEN_OFF 4)']);
    expect(phone.faults[0]?.about).toBe(
      'the transfer of P003-08-11-00.sbn ended with "Connection refused"; it was sent after that',
    );
  });

  it('and was not sent since needs a look', () => {
    const phone = onlyPhone(hpa('10.0.0.5', [...boot('!'), `SIP${MAC}.cnf +`]));
    expect(codesOf(phone)).toEqual(['P_TRANSFER_BROKEN_OFF 4']);
  });
});

describe('a Java phone', () => {
  it('that takes a manifest again and again and no archive of it refuses the load', () => {
    const round = [...java('+'), 'SIP42.9-3-1SR4-1S.loads +'];
    const phone = onlyPhone([0, 90_000, 180_000].flatMap((from) => hpa('10.0.0.5', round, from)));
    expect(codesOf(phone)).toEqual(['P_MANIFEST_LOOP 9']);
    expect(phone.faults[0]?.about).toContain('in 3 rounds');
    // Rounds that are alike stand there once.
    expect(phone.rounds.map(({ times }) => times)).toEqual([2, 1]);
  });

  it('that is refused a manifest was given a name that the server does not have', () => {
    const phone = onlyPhone(hpa('10.0.0.5', [...java('+'), 'SIP42.9-3-1S.loads -']));
    expect(codesOf(phone)).toEqual(['P_MANIFEST_MISSING 10']);
  });

  it('without any configuration is not provisioned', () => {
    const phone = onlyPhone(hpa('10.0.0.5', [...java('-'), 'XMLDefault.cnf.xml -', ...java('-')]));
    expect(codesOf(phone)).toEqual(['P_SEP_REFUSED 8']);
    expect(phone.standing).toBe('look');
  });

  it('that was given the default in place of its own file has nothing wrong', () => {
    expect(codesOf(onlyPhone(hpa('10.0.0.5', [...java('-'), 'XMLDefault.cnf.xml +'])))).toEqual([]);
  });

  it('is told the spelling that the store has', () => {
    const phone = onlyPhone(hpa('10.0.0.5', [...java('+'), 'SIP42.9-3-1S.loads +', 'CNU42.9-3-1.sbn -']), [
      'cnu42.9-3-1.sbn',
    ]);
    expect(phone.faults.find(({ code }) => code === 'P_WRONG_CASE')?.about).toBe(
      'CNU42.9-3-1.sbn was refused; there is cnu42.9-3-1.sbn',
    );
  });

  it('that takes all archives three times begins over each time', () => {
    const round = ['term42.default.loads +', 'cnu42.9-3-1.sbn +'];
    const phone = onlyPhone([0, 60_000, 120_000].flatMap((from) => hpa('10.0.0.5', round, from)));
    expect(codesOf(phone)).toEqual(['P_ROUND_RESTARTED 3']);
  });

  it('whose boot loader is refused its manifest has no load', () => {
    expect(codesOf(onlyPhone(hpa('10.0.0.5', ['term42.default.loads -'])))).toEqual(['P_NO_VALID_LOAD 2']);
  });

  it('that asks for a signed configuration holds a trust list', () => {
    expect(codesOf(onlyPhone(hpa('10.0.0.5', [`SEP${JAVA}.cnf.xml.sgn -`])))).toEqual(['P_SIGNED_CONFIG_ASKED 1']);
  });

  it('that then takes one without a signature, or goes on after its trust list, has that behind it', () => {
    const signed = onlyPhone(hpa('10.0.0.5', [`SEP${JAVA}.cnf.xml.sgn -`, `SEP${JAVA}.cnf.xml +`]));
    expect(codesOf(signed)).toEqual(['(P_SIGNED_CONFIG_ASKED 1)']);
    const ctl = Array.from({ length: 4 }, () => `CTLSEP${JAVA}.tlv -`);
    expect(codesOf(onlyPhone(hpa('10.0.0.5', ctl)))).toEqual(['P_CTLSEP_LOOP 1']);
    expect(codesOf(onlyPhone(hpa('10.0.0.5', [...ctl, ...java('+').slice(1)])))).toEqual(['(P_CTLSEP_LOOP 1)']);
  });
});

describe('a 7940', () => {
  it('whose loader hunts, is given a configuration and takes nothing was named no load that it takes', () => {
    expect(codesOf(onlyPhone(hpa('10.0.0.5', hunt('+'))))).toEqual(['P_HUNT_ONLY 13']);
  });

  it('whose SCCP application begins a list of its own after the manifest boots as it should, however often', () => {
    const application = [`CTLSEP${MAC}.tlv -`, `SEP${MAC}.cnf.xml +`, 'XMLDefault.cnf.xml +'];
    const boot = [...hunt('-').slice(0, 4), 'XMLDefault.cnf.xml +', 'P00308010200.loads +', ...application];
    const phone = onlyPhone([0, 600_000, 1_200_000].flatMap((from) => hpa('10.0.0.5', boot, from)));
    expect(codesOf(phone)).toEqual([]);
    const refusing = boot.slice(0, 6);
    const other = onlyPhone([0, 60_000, 120_000].flatMap((from) => hpa('10.0.0.5', refusing, from)));
    expect(codesOf(other)[0]).toMatch(/^P_MANIFEST_LOOP/);
  });

  it('that fetches the application twice in one boot refuses it', () => {
    const round = [
      'P0S3-8-12-00.loads +',
      'P0S3-8-12-00.sb2 +',
      'P0S3-8-12-00.sb2 +',
      'SIPDefault.cnf +',
      `SIP${MAC}.cnf +`,
    ];
    expect(codesOf(onlyPhone(hpa('10.0.0.5', round)))).toContain('P_APPLICATION_REJECTED 3');
  });

  it('whose image breaks off again and again is on a path that loses packets', () => {
    const round = ['OS79XX.TXT +', `SIP${MAC}.cnf +`, 'P003-8-12-00.sbn !', 'P003-8-12-00.sbn !'];
    expect(codesOf(onlyPhone(hpa('10.0.0.5', round)))).toEqual(['P_IMAGE_LOOP 8']);
  });

  it('whose transfer broke off once is told of it', () => {
    expect(codesOf(onlyPhone(hpa('10.0.0.5', [...hunt('+'), 'P0S3-8-12-00.loads +', 'P0S3-8-12-00.sb2 !'])))).toEqual([
      'P_TRANSFER_BROKEN_OFF 18',
    ]);
  });

  it('that polls its own file every 31 s has landed and waits for its lines', () => {
    const poll = ['SIPDefault.cnf +', ...Array.from({ length: 5 }, () => `SIP${MAC}.cnf -`)];
    const phone = onlyPhone(hpa('10.0.0.5', poll, 0, 31_000));
    expect(codesOf(phone)).toEqual(['P_SIP_POLL_31S 3']);
    expect(phone).toMatchObject({ standing: 'well' });
    expect(phone.rounds[0]?.steps[1]?.times).toBe(5);
  });

  it('has a fault that later rounds do not show any more behind it', () => {
    const bad = hpa('10.0.0.5', ['OS79XX.TXT +', `SIP${MAC}.cnf +`, 'P0S3-08-11-00.bin -']);
    const good = [300_000, 400_000, 500_000].flatMap((from, i) =>
      hpa('10.0.0.5', ['OS79XX.TXT +', `SIP${MAC}.cnf +`, ...(i === 1 ? ['RINGLIST.DAT -'] : [])], from),
    );
    const phone = onlyPhone([...bad, ...good]);
    expect(codesOf(phone).every((code) => code.startsWith('('))).toBe(true);
    expect(phone.standing).toBe('well');
  });

  it('that took an image and was not heard of since, while others were, is silent', () => {
    const lines = hpa('10.0.0.5', ['OS79XX.TXT +', `SEP${MAC}.cnf.xml +`, 'P003-8-12-00.sbn +']);
    const others = hpa('10.0.0.6', [`SEP${JAVA}.cnf.xml +`], 15 * 60_000);
    const phone = diagnosed([...lines, ...others]).find(({ mac }) => mac === MAC);
    expect(codesOf(phone as NonNullable<typeof phone>)).toEqual(['P_SILENT_AFTER_FLASH 6']);
  });

  it('whose load has a blank behind its name was named so by a file of the server', () => {
    const phone = onlyPhone(['in.tftpd[1]: RRQ from 10.0.0.5 filename P0S3-8-12-00 .loads']);
    expect(codesOf(phone)).toEqual(['P_LOAD_NAME_BLANK 1']);
  });
});

describe('a log that tells refusals alone, as that of tftpd-hpa', () => {
  const OLD = [`SEP${MAC}.cnf.xml -`, 'XMLDefault.cnf.xml -', `SEP${MAC}.cnf -`, 'SEPDefault.cnf -'];

  it('has given what it did not refuse: a phone that was given OS79XX.TXT and took nothing did not take what it names', () => {
    expect(codesOf(onlyPhone(hpa('10.0.0.5', ['OS79XX.TXT', ...OLD])))).toEqual(['P_TRIGGER_NOT_TAKEN 1']);
    expect(codesOf(onlyPhone(hpa('10.0.0.5', ['OS79XX.TXT -', ...OLD])))).toEqual(['P_CONFIG_ROUND_REPEATS 9']);
  });

  it('and one that was given its configuration as well has nothing wrong', () => {
    expect(codesOf(onlyPhone(hpa('10.0.0.5', ['OS79XX.TXT', `SEP${MAC}.cnf.xml`, 'RINGLIST.DAT -'])))).toEqual([]);
  });

  it('tells a hunt that was given a configuration from one that found nothing', () => {
    const given = hunt('-').map((name) => name.replace(/^(SIP\w+\.cnf) -/, '$1'));
    expect(codesOf(onlyPhone(hpa('10.0.0.5', given)))[0]).toMatch(/^P_HUNT_ONLY/);
    expect(codesOf(onlyPhone(hpa('10.0.0.5', hunt('-'))))[0]).toMatch(/^P_TFTP_FILE_NOT_FOUND/);
  });
});

describe('the load that it took', () => {
  const TAKEN = [
    ...hunt('-').slice(0, 4),
    'P0S3-8-12-00.loads +',
    'P0S3-8-12-00.sb2 +',
    'SIPDefault.cnf -',
    `SIP${MAC}.cnf +`,
  ];

  it('whole, before it asked as that load does, is the one that it most likely runs, and proves nothing', () => {
    const phone = onlyPhone(hpa('10.0.0.5', TAKEN));
    expect(phone.likely).toMatchObject({ load: 'P0S3-8-12-00', at: { line: 12 } });
    expect(phone.software).toMatchObject([{ load: null }]);
    const archives = [
      ...java('+'),
      'SIP42.9-3-1SR4-1S.loads +',
      'cnu42.9-3-1.sbn +',
      'jar42sip.9-3-1.sbn +',
      ...java('+'),
    ];
    expect(onlyPhone(hpa('10.0.0.5', archives)).likely?.load).toBe('SIP42.9-3-1SR4-1S');
  });

  it.each([
    ['it did not get whole', TAKEN.map((name) => name.replace('.sb2 +', '.sb2 !'))],
    ['it asked for as the last thing of all', TAKEN.slice(0, 6)],
    ['it was not told to have got', TAKEN.map((name) => name.replace(' +', ''))],
    ['is of another kind than what asks', ['P0S3-8-12-00.loads +', 'P0S3-8-12-00.sb2 +', ...java('+')]],
  ])('that %s is not', (_, names) => {
    expect(onlyPhone(hpa('10.0.0.5', names)).likely).toBeNull();
  });
});

describe('who is who', () => {
  it('what has no MAC in its name belongs to the phone that named itself from the address', () => {
    const phone = onlyPhone(
      hpa('10.0.0.5', ['OS79XX.TXT -', `SEP${MAC}.cnf.xml -`, 'XMLDefault.cnf.xml -', 'OS79XX.TXT -']),
    );
    expect(phone.requests).toBe(4);
    expect(phone.rounds).toHaveLength(2);
  });

  it('behind one address of two phones it is nobody’s, and that is said', () => {
    const other = '0018B9C0FFE1';
    const lines = [0, 2000, 4000, 6000].flatMap((from, i) =>
      hpa('10.0.0.1', [`SIP${i % 2 === 0 ? MAC : other}.cnf -`, 'SIPDefault.cnf -'], from),
    );
    const phones = diagnosed(lines);
    expect(phones.map(({ mac }) => mac)).toEqual([null, other, MAC]);
    expect(phones[0]?.faults[0]).toMatchObject({ code: 'P_AMBIGUOUS_ADDRESS' });
  });

  it('the DHCP server says who has the address, and of which model it is', () => {
    const phone = onlyPhone([
      '2026-03-03T10:00:00Z host dnsmasq-dhcp[812]: 3253158397 DHCPACK(eth0) 10.0.0.5 00:18:b9:c0:ff:ee SEP0018B9C0FFEE',
      '2026-03-03T10:00:00Z host dnsmasq-dhcp[812]: 3253158397 vendor class: Cisco Systems, Inc. IP Phone CP-7940G',
      '2026-03-03T10:00:20Z host dnsmasq-tftp[812]: sent /srv/tftp/OS79XX.TXT to 10.0.0.5',
      '2026-03-03T10:00:20Z host dnsmasq-tftp[812]: sent /srv/tftp/SIPDefault.cnf to 10.0.0.5',
    ]);
    expect(phone).toMatchObject({ mac: MAC, model: '7940', family: '79x0', requests: 2 });
    expect(phone.runs).toBe('SIP application of a 7940/7960 (2.x to 6.x)');
  });

  it('of two phones that are given one address, each has it from then on', () => {
    const [first, second] = ['00:18:b9:c0:ff:e1', '00:18:b9:c0:ff:e2'];
    const at = (minute: number, words: string) => `2026-03-03T10:${minute}:00Z host ${words}`;
    const give = (minute: number, mac: string) => at(minute, `dnsmasq-dhcp[8]: DHCPACK(eth0) 10.0.0.5 ${mac} SEP`);
    const sent = (minute: number) => at(minute, 'dnsmasq-tftp[8]: sent /srv/tftp/OS79XX.TXT to 10.0.0.5');
    const phones = diagnosed([give(10, first), sent(11), give(30, second), sent(31), sent(32)]);
    expect(phones.map(({ mac, requests }) => [mac, requests])).toEqual([
      ['0018B9C0FFE1', 1],
      ['0018B9C0FFE2', 2],
    ]);
  });

  it('a computer that renews its address, or comes from another network, is not told of', () => {
    const dhcp = (words: string) => `Nov 28 07:10:00 host dhcpd: ${words} 02:00:00:00:00:09 via eth0`;
    const renewed = ['DHCPREQUEST for 10.0.0.9 from', 'DHCPACK on 10.0.0.9 to'].map(dhcp);
    const moved = ['DHCPREQUEST for 192.168.1.9 from', 'DHCPNAK on 192.168.1.9 to'].map(dhcp);
    expect(diagnosed([...moved, ...renewed, ...renewed, ...renewed, ...renewed])).toEqual([]);
  });

  it('a computer that was only given an address is not told of', () => {
    expect(
      diagnosed(['Nov 28 07:10:00 host dnsmasq-dhcp[812]: DHCPACK(eth0) 10.0.0.9 02:00:00:00:00:09 laptop']),
    ).toEqual([]);
  });

  it('a line without an address is of the phone before it where no other was heard', () => {
    const tftp = 'dnsmasq-tftp[512]: ';
    const lines = [
      `${tftp}sent /srv/tftp/SEP${MAC}.cnf.xml to 10.0.0.5`,
      `${tftp}file /srv/tftp/XMLDefault.cnf.xml not found`,
    ];
    expect(onlyPhone(lines).requests).toBe(2);
  });
});

it('dnsmasq logs what it sent when it has ended: a name that was refused meanwhile stands before it, and was asked after it', () => {
  const line = (words: string) => `dnsmasq-tftp[512]: ${words}`;
  const missing = (name: string) => line(`file /srv/tftp/${name} not found for 10.0.0.5`);
  const os79xx = line('sent /srv/tftp/OS79XX.TXT to 10.0.0.5');
  const rest = [`XMLDefault.cnf.xml`, `SEP${MAC}.cnf`, 'SEPDefault.cnf'].map(missing);
  const phone = onlyPhone([
    ...[missing(`SEP${MAC}.cnf.xml`), os79xx, ...rest],
    ...[os79xx, missing(`SEP${MAC}.cnf.xml`), ...rest],
    ...[missing(`SEP${MAC}.cnf.xml`), os79xx, ...rest],
  ]);
  expect(phone.rounds.map(({ times, steps }) => [times, steps[0]?.asked.name, steps[1]?.asked.name])).toEqual([
    [2, 'OS79XX.TXT', `SEP${MAC}.cnf.xml`],
    [1, 'OS79XX.TXT', `SEP${MAC}.cnf.xml`],
  ]);
  expect(phone.requests).toBe(15);
  expect(codesOf(phone)).toEqual(['P_TRIGGER_NOT_TAKEN 2']);
});

it('dnsmasq reports the twin of a repeated request as failed, and that is no fault', () => {
  const at = '2026-03-03T10:00:00Z pi dnsmasq-tftp[512]: ';
  const phone = onlyPhone([
    `${at}sent /srv/tftp/SEP${JAVA}.cnf.xml to 10.0.0.5`,
    `${at}failed sending /srv/tftp/SEP${JAVA}.cnf.xml to 10.0.0.5`,
  ]);
  expect(phone.faults).toEqual([]);
  expect(phone.requests).toBe(1);
});
