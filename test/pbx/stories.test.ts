import { afterAll, afterEach, expect, inject, test } from 'vitest';
import { canRedirect } from '../beside/loadstep-at.ts';
import { cleanUp } from '../e2e/harness.ts';
import { hasBench, isThere } from '../support/dhcp-bench.ts';
import { makeSegment, type Segment } from '../support/segment.ts';
import type { Asterisk } from './asterisk.ts';
import {
  expectHeard,
  loadstepIn,
  plugPhone,
  putTree,
  startAtftpd,
  startDhcpd,
  startDnsmasq,
  startExchange,
  TREE,
} from './office.ts';

// The reports that this project began with, each as its author went: his servers, his phone and load, files of the kind that he wrote by hand, his
// dial plan, to the call that he reached. loadstep does the conversion in between, and what Asterisk needs for these phones; the rest is his.

const asterisk = inject('asterisk');
const atftpd = inject('atftpd');

let segment: Segment | null = null;
let exchange: Asterisk | null = null;
afterEach(async () => {
  await exchange?.stop();
  await segment?.end();
  [exchange, segment] = [null, null];
});
afterAll(cleanUp);

interface Needs {
  readonly programs: readonly string[];
  readonly isRedirecting?: boolean;
  readonly hasAtftpd?: boolean;
}

/** Tells what a story goes through; skipped, with the reason, where something of it cannot be had. */
function story(name: string, needs: Needs, run: (root: string) => Promise<void>): void {
  test(name, { timeout: 180_000 }, async ({ skip }) => {
    if ('skipped' in asterisk) return skip(asterisk.skipped);
    if (needs.hasAtftpd && 'skipped' in atftpd) return skip(atftpd.skipped);
    if (!hasBench()) return skip('no networks of our own, or no busybox udhcpc');
    const lacking = needs.programs.filter((program) => !isThere(program));
    if (lacking.length > 0) return skip(`not installed: ${lacking.join(', ')}`);
    if (needs.isRedirecting && !canRedirect('nft')) return skip('nft cannot redirect here');
    await run(asterisk.root).catch((error: unknown) => {
      const log = exchange?.log().split('\n').slice(-40).join('\n') ?? 'not started';
      const loadstep = segment === null ? '' : tail(segment, 'loadstep');
      throw new Error(`${error instanceof Error ? error.stack : error}\nloadstep:\n${loadstep}\nAsterisk:\n${log}`);
    });
  });
}

function tail(made: Segment, name: string): string {
  try {
    return made.said(name).slice(-4000);
  } catch {
    return 'not started';
  }
}

async function office(network: string): Promise<Segment> {
  segment = await makeSegment({ network, device: 'eth0' });
  return segment;
}

/** As the guide for a 7941 that the first report follows has it (AL-K2): all that 9.x wants, over UDP, and little more. */
const handWritten = (wish: { name: string; password: string; pbx: string; load: string; more?: string }) => `<device>
  <deviceProtocol>SIP</deviceProtocol>
  <sshUserId>cisco</sshUserId>
  <sshPassword>cisco</sshPassword>
  <devicePool>
    <dateTimeSetting>
      <dateTemplate>D/M/Y</dateTemplate>
      <timeZone>GMT Standard/Daylight Time</timeZone>
      <ntps><ntp><name>${wish.pbx}</name><ntpMode>Unicast</ntpMode></ntp></ntps>
    </dateTimeSetting>
    <callManagerGroup><members><member priority="0"><callManager>
      <ports><ethernetPhonePort>2000</ethernetPhonePort><sipPort>5060</sipPort><securedSipPort>5061</securedSipPort></ports>
      <processNodeName>${wish.pbx}</processNodeName>
    </callManager></member></members></callManagerGroup>
  </devicePool>
  <sipProfile>
    <sipProxies><backupProxy/><backupProxyPort/><registerWithProxy>true</registerWithProxy></sipProxies>
    <sipStack><timerRegisterExpires>3600</timerRegisterExpires><timerRegisterDelta>5</timerRegisterDelta></sipStack>
    <preferredCodec>none</preferredCodec>
    <dtmfAvtPayload>101</dtmfAvtPayload>
    <kpml>3</kpml>
    <natEnabled>false</natEnabled>
    <natAddress/>
    <phoneLabel>Hallway</phoneLabel>
    <startMediaPort>16384</startMediaPort>
    <stopMediaPort>32766</stopMediaPort>
    <sipLines>
      <line button="1">
        <featureID>9</featureID>
        <featureLabel>${wish.name}</featureLabel>
        <proxy>USECALLMANAGER</proxy>
        <port>5060</port>
        <name>${wish.name}</name>
        <displayName>${wish.name}</displayName>
        <authName>${wish.name}</authName>
        <authPassword>${wish.password}</authPassword>
        <autoAnswer><autoAnswerEnabled>2</autoAnswerEnabled></autoAnswer>
        <callWaiting>3</callWaiting>
        <contact>${wish.name}</contact>
      </line>
    </sipLines>
    <voipControlPort>5060</voipControlPort>
    <dscpForAudio>184</dscpForAudio>
    ${wish.more ?? ''}
  </sipProfile>
  <commonProfile><phonePassword/><backgroundImageAccess>true</backgroundImageAccess></commonProfile>
  <loadInformation>${wish.load}</loadInformation>
  <vendorConfig><webAccess>0</webAccess><pcPort>0</pcPort></vendorConfig>
  <versionStamp>1</versionStamp>
  <deviceSecurityMode>1</deviceSecurityMode>
  <transportLayerProtocol>2</transportLayerProtocol>
  <certHash/>
  <encrConfig>false</encrConfig>
</device>
`;

story(
  'dnsmasq for DHCP and TFTP, Asterisk on the same notebook: a 7941 on SIP 9.2(1) and a second client call each other by one digit',
  { programs: ['dnsmasq', 'nft'], isRedirecting: true },
  async (root) => {
    const made = await office('192.168.11');
    const [mac, other, pbx] = ['0018B9C01101', '0018B9C01102', '192.168.11.1'];
    putTree(made.server, made, {
      [`SEP${mac}.cnf.xml`]: handWritten({ name: 'yakan', password: 'password', pbx, load: 'SIP41.9-2-1S' }),
      [`SIP${other}.cnf`]: `proxy1_address: ${pbx}\nproxy_register: 1\nline1_name: pot\nline1_authname: pot\nline1_password: password\n`,
    });
    await startDnsmasq(
      made,
      made.server,
      `interface=eth0\ndhcp-range=192.168.11.100,192.168.11.150,10m\nenable-tftp\ntftp-root=${TREE}`,
    );
    const accounts = `mac,extension,password\n${mac},yakan,password\n${other},pot,password\n`;
    const loadstep = await loadstepIn(made, made.server, accounts, 'SIP41.9-2-1S');
    const dialPlan = '[from-phones]\nexten => 1,1,Dial(PJSIP/yakan,20)\nexten => 2,1,Dial(PJSIP/pot,20)\n';
    const files = loadstep.forAsterisk(pbx, dialPlan);
    exchange = await startExchange({ root, machine: made.server, address: pbx, files });

    loadstep.run(`loadstep enroll --mac ${mac} --target SIP41.9-2-1S`);
    // He never found out how the phone knew the TFTP server: no option names it, dnsmasq is its next-server by itself.
    await loadstep.serves(`loadstep beside nft --root ${TREE}`);
    const second = await plugPhone(made, { mac: other, model: '7960', load: 'P0S3-8-12-00', words: ['--running'] });
    const phone = await plugPhone(made, { mac, model: '7941', load: 'SCCP41.8-5-2S', words: ['--call', '2'] });
    expect(phone.tftp).toBe(pbx);
    loadstep.run(`loadstep wait --mac ${mac} --until landed --timeout 90s`);
    await phone.until('its line is registered', ({ event }) => event === 'phone.registered');
    await second.until('the second client is registered', ({ event }) => event === 'phone.registered');
    expectHeard(await phone.until('it called the second client', ({ event }) => event === 'call.ended'));
    await second.until('it was rung', (line) => line.event === 'call.ended' && line.isOutgoing === false);
    await exchange.cli('channel originate PJSIP/yakan application Milliwatt');
    await phone.until('it is called', (line) => line.event === 'call.began' && line.isOutgoing === false);
    // What it runs after all this is what it landed on.
    expect(phone.lines().at(-1)).toMatchObject({ running: 'SIP41.9-2-1S' });
  },
);

story(
  'ISC dhcpd that is not authoritative, and atftpd: a 7940 from the SCCP 3.1 of the factory to SIP 8.11, and the first call',
  { programs: ['dhcpd', 'nft'], isRedirecting: true, hasAtftpd: true },
  async (root) => {
    const made = await office('192.168.12');
    const [mac, pbx] = ['0018B9FFFF12', '192.168.12.1'];
    putTree(made.server, made, {
      'SIPDefault.cnf': `image_version: P0S3-08-11-00\nproxy1_address: "${pbx}"\nproxy_register: 1\ntimer_register_expires: 3600\npreferred_codec: g711ulaw\ndtmf_outofband: avt\n`,
      [`SIP${mac}.cnf`]: 'line1_name: 7940\nline1_authname: 7940\nline1_password: s3cretPW\nline1_displayname: Desk\n',
    });
    await startDhcpd(
      made,
      made.server,
      `ping-check false;
subnet 192.168.12.0 netmask 255.255.255.0 { range 192.168.12.100 192.168.12.150; }
host cisco7940 { hardware ethernet 00:18:b9:ff:ff:12; fixed-address 192.168.12.12; next-server ${pbx}; option tftp-server-name "${pbx}"; }
`,
      'eth0',
    );
    await startAtftpd(root, made.server);
    const accounts = `mac,extension,name,password\n${mac},7940,Desk,s3cretPW\n`;
    const loadstep = await loadstepIn(made, made.server, accounts, 'P0S3-05-3-00', 'P0S3-08-11-00');
    const files = loadstep.forAsterisk(pbx);
    exchange = await startExchange({ root, machine: made.server, address: pbx, files });

    loadstep.run(`loadstep enroll --mac ${mac} --target P0S3-08-11-00`);
    // loadstep is not told his tree: the landed phone is given its files by atftpd alone, once it is no longer redirected.
    await loadstep.serves('loadstep beside nft --leases dhcpd.leases');
    const phone = await plugPhone(made, { mac, model: '7940', load: 'P0030301MFG2', words: ['--call', '*43'] });
    expect([phone.address, phone.tftp]).toEqual(['192.168.12.12', pbx]);
    loadstep.run(`loadstep wait --mac ${mac} --until landed --timeout 120s`);
    await phone.until('its line is registered', ({ event }) => event === 'phone.registered');
    expectHeard(await phone.until('it heard itself', ({ event }) => event === 'call.ended'));
    expect(phone.lines().at(-1)).toMatchObject({ running: 'P0S3-08-11-00' });
    // What it lives on now comes from his own server.
    expect(made.said('atftpd')).toContain(`Serving SIP${mac}.cnf`);
  },
);

story(
  'a 7942 after a factory reset, with XMLDefault, dial plan and a locale that is not there: SIP 9.3(1)SR4, and a call out and in',
  { programs: ['dhcpd'] },
  async (root) => {
    const made = await office('192.168.13');
    const [mac, pbx] = ['0024C4C01301', '192.168.13.1'];
    putTree(made.server, made, {
      [`SEP${mac}.cnf.xml`]: handWritten({
        name: '42',
        password: 'cisco42pw',
        pbx,
        load: 'SIP42.9-3-1SR4-1S',
        more: '<dialTemplate>dialplan.xml</dialTemplate>',
      }).replace(
        '  <versionStamp>',
        '  <userLocale><name>German_Austria</name><langCode>de</langCode></userLocale>\n  <networkLocale>Austria</networkLocale>\n  <versionStamp>',
      ),
      'XMLDefault.cnf.xml': `<Default>
  <callManagerGroup><members><member priority="0"><callManager>
    <ports><ethernetPhonePort>2000</ethernetPhonePort><mgcpPorts><listen>2427</listen><keepAlive>2428</keepAlive></mgcpPorts></ports>
    <processNodeName/>
  </callManager></member></members></callManagerGroup>
  <loadInformation434 model="Cisco 7942">SIP42.9-3-1SR4-1S</loadInformation434>
  <authenticationURL/><directoryURL/><idleURL/><informationURL/><messagesURL/><servicesURL/>
</Default>
`,
      'dialplan.xml':
        '<DIALTEMPLATE>\n  <TEMPLATE MATCH="0.*" Timeout="3"/>\n  <TEMPLATE MATCH="*43" Timeout="0"/>\n  <TEMPLATE MATCH="*" Timeout="5"/>\n</DIALTEMPLATE>\n',
    });
    await startDhcpd(
      made,
      made.server,
      `authoritative;
ping-check false;
subnet 192.168.13.0 netmask 255.255.255.0 { range 192.168.13.100 192.168.13.150; }
host cisco7942 { hardware ethernet 00:24:c4:c0:13:01; next-server ${pbx}; option tftp-server-name "${pbx}"; }
`,
      'eth0',
    );
    const accounts = `mac,extension,password\n${mac},42,cisco42pw\n`;
    const loadstep = await loadstepIn(made, made.server, accounts, 'SIP42.9-3-1SR4-1S');
    const files = loadstep.forAsterisk(pbx);
    exchange = await startExchange({ root, machine: made.server, address: pbx, files });

    loadstep.run(`loadstep enroll --mac ${mac} --target SIP42.9-3-1SR4-1S`);
    await loadstep.serves(`loadstep serve --root ${TREE}`);
    const phone = await plugPhone(made, { mac, model: '7942', load: 'boot-loader', words: ['--call', '*43'] });
    loadstep.run(`loadstep wait --mac ${mac} --until landed --timeout 120s`);
    await phone.until('its line is registered', ({ event }) => event === 'phone.registered');
    expectHeard(await phone.until('it heard itself', ({ event }) => event === 'call.ended'));
    await exchange.cli('channel originate PJSIP/42 application Milliwatt');
    await phone.until('it is called', (line) => line.event === 'call.began' && line.isOutgoing === false);
    expect(phone.got()).toContain('dialplan.xml');
    // The locale that nobody has costs it nothing but the question.
    expect(phone.lines()).toContainEqual(
      expect.objectContaining({ event: 'file.missing', file: '/German_Austria/mk-sip.jar' }),
    );
    expect(phone.lines().at(-1)).toMatchObject({ running: 'SIP42.9-3-1SR4-1S' });
  },
);

story(
  'a 7940 with SIPDefault, RINGLIST and dial plan, from SCCP 3.2 by SIP 6.3 to SIP 8.2: what a page on the web does to quotation marks is told, and it calls',
  { programs: ['dnsmasq'] },
  async (root) => {
    const made = await office('192.168.14');
    const [mac, pbx] = ['0018B9C01401', '192.168.14.1'];
    const own = (quote: readonly [string, string]) =>
      `phone_label: ${quote[0]}Study${quote[1]}  ; beside the clock\nline1_name: 1000\nline1_authname: ${quote[0]}1000${quote[1]}\nline1_password: ${quote[0]}s3cretPW${quote[1]}\nline1_displayname: "Study"\n`;
    const tree = {
      'SIPDefault.cnf': `; for all phones
image_version: P0S3-08-2-00
proxy1_address: "${pbx}" ; Asterisk
proxy1_port:"5060"
proxy_register: 1
tftp_cfg_dir: "./"
dial_template: dialplan
date_format : D/M/Y
time_zone: GMT
dst_offset: 1
dst_start_month: March
dst_start_day_of_week: Sun
dst_start_week_of_month: 8
dst_start_time: 1
dst_stop_month: Oct
dst_stop_day_of_week: Sunday
dst_stop_week_of_month: 8
dst_stop_time: 1
dst_auto_adjust: 1
`,
      'RINGLIST.DAT': 'CTU\tCTU.raw\n',
      'dialplan.xml':
        '<DIALTEMPLATE>\n  <TEMPLATE MATCH="0.........." Timeout="0"/>\n  <TEMPLATE MATCH="*" Timeout="5"/>\n</DIALTEMPLATE>\n',
    };
    const mine = `SIP${mac}.cnf`;
    putTree(made.server, made, { ...tree, [mine]: own(['“', '”']) });
    await startDnsmasq(
      made,
      made.server,
      `interface=eth0\ndhcp-range=192.168.14.100,192.168.14.150,10m\ndhcp-option=66,"${pbx}"\ndhcp-option=option:server-ip-address,${pbx}`,
    );
    const accounts = `mac,extension,name,password\n${mac},1000,Study,s3cretPW\n`;
    const loads = ['P0S3-06-3-00', 'P0S3-08-2-00'];
    const loadstep = await loadstepIn(made, made.server, accounts, ...loads);
    const files = loadstep.forAsterisk(pbx);
    exchange = await startExchange({ root, machine: made.server, address: pbx, files });

    const said = loadstep.run(`loadstep config check ${TREE} --load P0S3-08-2-00 --model 7940 || true`);
    expect(said).toMatch(new RegExp(`${mine}:4:\\d+: will not work: line1_password`));
    putTree(made.server, made, { [mine]: own(['"', '"']) });
    expect(loadstep.run(`loadstep config check ${TREE} --load P0S3-08-2-00 --model 7940`)).not.toContain('will not');

    loadstep.run(`loadstep enroll --mac ${mac} --target P0S3-08-2-00`);
    await loadstep.serves(`loadstep serve --root ${TREE}`);
    // Nobody restarts it: it has the whole of its configuration in the boot in which it lands.
    const words = ['--call', '*43', '--restart-idle', '0'];
    const phone = await plugPhone(made, { mac, model: '7940', load: 'P00303020214', words });
    loadstep.run(`loadstep wait --mac ${mac} --until landed --timeout 120s`);
    await phone.until('its line is registered', ({ event }) => event === 'phone.registered');
    expectHeard(await phone.until('it heard itself', ({ event }) => event === 'call.ended'));
    for (const file of ['SIPDefault.cnf', `./${mine}`, 'RINGLIST.DAT', 'dialplan.xml']) {
      expect(phone.got(), file).toContain(file);
    }
    expect(phone.lines().at(-1)).toMatchObject({ running: 'P0S3-08-2-00' });
  },
);
