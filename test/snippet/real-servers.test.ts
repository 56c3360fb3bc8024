import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import type { Chosen } from '../../src/core/snippet/kind.ts';
import { snippetKind, snippetText, undoText } from '../../src/core/snippet/snippet.ts';
import { type DhcpClient, type DhcpServer, hasBench, isThere, type Told, tellClients } from '../support/dhcp-bench.ts';

// Each text is read by the server that it is for, and a client of another author asks it. A test that is left out is counted as skipped;
// `.ci/run` installs the servers where it may.

const LOADSTEP = '192.168.50.2';
const OTHER = '10.9.9.9';

/** Labels that would break out of a comment, if anything could. */
const PHONES: Chosen = {
  by: 'mac',
  phones: [
    { mac: '0018B9C0FFEE' as MacAddress, label: 'desk "4"; */ <?include "/nowhere"?> $(false) \\\n} mutiny=1' },
    { mac: '0018B9C0FFAA' as MacAddress, label: '受付 \u2028mutiny' },
  ],
};
const BY_CLASS: Chosen = { by: 'vendor-class' };

const IP_PHONE = 'Cisco Systems, Inc. IP Phone';
const LISTED: DhcpClient = { mac: '00:18:b9:c0:ff:ee', vendorClass: `${IP_PHONE} CP-7940G\0` };
const NOT_LISTED: DhcpClient = { mac: '00:18:b9:00:00:01', vendorClass: `${IP_PHONE} CP-7941G-GE\0` };
const OLD_IMAGE: DhcpClient = { mac: '00:18:b9:00:00:02', vendorClass: `${IP_PHONE}\0` };
const WITHOUT_G: DhcpClient = { mac: '00:18:b9:00:00:03', vendorClass: `${IP_PHONE} CP-7960\0` };
const ANOTHER_PHONE: DhcpClient = { mac: '00:18:b9:00:00:04', vendorClass: `${IP_PHONE} CP-8841\0` };
const A_COMPUTER: DhcpClient = { mac: '02:00:00:00:00:05', vendorClass: 'MSFT 5.0' };
const CLIENTS = [LISTED, NOT_LISTED, OLD_IMAGE, WITHOUT_G, ANOTHER_PHONE, A_COMPUTER];

const POINTED: Told = { option150: LOADSTEP, option66: LOADSTEP, nextServer: LOADSTEP };

const lines = (kind: string, chosen: Chosen) => {
  const found = snippetKind(kind);
  if (found === null) throw new Error(`no kind ${kind}`);
  return snippetText(found, { chosen, server: LOADSTEP });
};

/** What a server needs before our lines, and how it is started; some name another TFTP server to everybody, as real ones do. */
interface Real {
  readonly command: string;
  readonly plain: Told;
  readonly server: (text: string) => DhcpServer;
  /** The server's own look at the whole configuration in the file `conf`. */
  readonly check: readonly string[];
}

const DNSMASQ_BASE = `port=0
interface=phones
bind-dynamic
user=root
no-ping
dhcp-range=10.0.0.100,10.0.0.150,10m
dhcp-leasefile=leases
`;
const DNSMASQ_START = 'exec dnsmasq --conf-file=conf --keep-in-foreground --pid-file= --log-facility=-';
const DHCPD_BASE = 'authoritative;\nping-check false;\n';

const REAL: Readonly<Record<string, Real>> = {
  dnsmasq: {
    command: 'dnsmasq',
    plain: { option150: '', option66: '', nextServer: '10.0.0.1' },
    server: (text) => ({ files: { conf: `${DNSMASQ_BASE}${text}` }, start: DNSMASQ_START }),
    check: ['dnsmasq', '--test', '--conf-file=conf'],
  },
  'isc-dhcpd': {
    command: 'dhcpd',
    plain: { option150: '', option66: OTHER, nextServer: OTHER },
    server: (text) => ({
      files: {
        conf: `${DHCPD_BASE}subnet 10.0.0.0 netmask 255.255.255.0 { range 10.0.0.100 10.0.0.150; next-server ${OTHER}; option tftp-server-name "${OTHER}"; }\n${text}`,
        leases: '',
      },
      start: 'exec dhcpd -f -d -cf conf -lf leases -pf pid phones',
    }),
    check: ['dhcpd', '-t', '-cf', 'conf'],
  },
  kea: {
    command: 'kea-dhcp4',
    plain: { option150: '', option66: '', nextServer: OTHER },
    server: (text) => ({
      files: {
        'loadstep.json': text,
        conf: `{ "Dhcp4": {
          "interfaces-config": { "interfaces": ["*"] },
          "lease-database": { "type": "memfile", "persist": false },
          "loggers": [{ "name": "kea-dhcp4", "severity": "WARN", "output_options": [{ "output": "stdout" }] }],
          "client-classes": [ <?include "loadstep.json"?> ],
          "subnet4": [{ "id": 1, "subnet": "10.0.0.0/24", "next-server": "${OTHER}", "pools": [{ "pool": "10.0.0.100 - 10.0.0.150" }] }]
        } }`,
      },
      start: 'export KEA_PIDFILE_DIR=$PWD KEA_LOCKFILE_DIR=none; exec kea-dhcp4 -c conf',
    }),
    check: ['kea-dhcp4', '-t', 'conf'],
  },
};

/** Copies of the servers: AppArmor lets those that were installed read nothing but their own folders. */
const bin = mkdtempSync(join(tmpdir(), 'loadstep-bin-'));
const PATH = `${bin}:${process.env.PATH}`;
for (const { command } of Object.values(REAL)) {
  spawnSync('sh', ['-c', 'cp "$(command -v "$1")" "$2"', 'sh', command, bin]);
}
afterAll(() => rmSync(bin, { recursive: true, force: true }));

const tell = (server: DhcpServer, clients: readonly DhcpClient[]) => tellClients(server, clients, PATH);

/** The server's own verdict on the text; empty when it has nothing to say against it. */
function refusal({ server, check }: Real, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'loadstep-snippet-'));
  try {
    for (const [name, content] of Object.entries(server(text).files)) writeFileSync(join(folder, name), content);
    const [command = '', ...args] = check;
    const { status, stdout, stderr } = spawnSync(command, args, {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, PATH, KEA_LOCKFILE_DIR: 'none' },
    });
    return status === 0 ? '' : `${status} ${stdout}${stderr}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const onBench = hasBench();

describe.each(Object.entries(REAL))('%s', (kind, real) => {
  test.skipIf(!isThere(real.command)).each([PHONES, BY_CLASS])('reads the lines (%#)', (chosen) => {
    expect(refusal(real, lines(kind, chosen))).toBe('');
  });

  test.skipIf(!isThere(real.command))('tells a slip of the pen in them', () => {
    const text = lines(kind, PHONES);
    expect(
      refusal(
        real,
        text
          .replace('tag:loadstep,150', 'tag:loadstep;150')
          .replace('loadstep-tftp 192', 'loadstep-tfpt 192')
          .replace('"code"', '"cdoe"'),
      ),
    ).not.toBe('');
  });

  test.skipIf(!isThere(real.command) || !onBench)(
    'points the phones on the list at loadstep in 150, 66 and next-server, and tells others what it told them before',
    async () => {
      const told = await tell(real.server(lines(kind, PHONES)), CLIENTS);
      expect(told).toEqual([POINTED, real.plain, real.plain, real.plain, real.plain, real.plain]);
    },
    60_000,
  );

  test.skipIf(!isThere(real.command) || !onBench)(
    'points every model that loadstep converts by its vendor class, and no other phone of Cisco',
    async () => {
      const told = await tell(real.server(lines(kind, BY_CLASS)), CLIENTS);
      expect(told).toEqual([POINTED, POINTED, POINTED, POINTED, real.plain, real.plain]);
    },
    60_000,
  );
});

const withBench = describe.skipIf(!onBench);

withBench('dnsmasq that is told another boot server already', () => {
  test.skipIf(!isThere('dnsmasq'))(
    'points the phones on the list all the same, and leaves them the address that they have by dhcp-host',
    async () => {
      const before = `dhcp-boot=pxelinux.0,boothost,${OTHER}\ndhcp-option=66,"${OTHER}"\ndhcp-option=150,${OTHER}\ndhcp-host=${LISTED.mac},10.0.0.77\n`;
      // Option 66 comes twice, first with the name of the boot server, and this client reads the first.
      const plain = { option150: OTHER, option66: 'boothost', nextServer: OTHER };
      const server = REAL.dnsmasq?.server(before + lines('dnsmasq', PHONES)) ?? { files: {}, start: '' };
      expect(await tell(server, [LISTED, NOT_LISTED])).toEqual([POINTED, plain]);
    },
    60_000,
  );
});

withBench('what the texts say of their servers holds', () => {
  test.skipIf(!isThere('kea-dhcp4'))(
    'in Kea an option of the subnet wins over the class, and next-server of the class over that of the subnet',
    async () => {
      const { files, start } = REAL.kea?.server(lines('kea', PHONES)) ?? { files: {}, start: '' };
      const option = `"option-data": [{ "name": "tftp-server-name", "data": "${OTHER}" }], "pools"`;
      const conf = files.conf?.replace('"pools"', option) ?? '';
      expect(await tell({ files: { ...files, conf }, start }, [LISTED])).toEqual([{ ...POINTED, option66: OTHER }]);
    },
    60_000,
  );

  test.skipIf(!isThere('dnsmasq')).each([
    [`,boothost,${OTHER}`, { option150: LOADSTEP, option66: 'boothost', nextServer: OTHER }],
    ['', { option150: LOADSTEP, option66: LOADSTEP, nextServer: '10.0.0.1' }],
  ])(
    'in OpenWrt a dhcp_boot "pxelinux.0%s" keeps next-server, and its name comes first in option 66; option 150 is ours',
    async (boot, told) => {
      const text = `dhcp-boot=pxelinux.0${boot}\n${asDnsmasqReads(onRouter([lines('openwrt', PHONES)]))}`;
      const server = REAL.dnsmasq?.server(text) ?? { files: {}, start: '' };
      expect(await tell(server, [LISTED])).toEqual([told]);
    },
    60_000,
  );
});

/** Runs a text in a shell where `uci` keeps sections in the file `state`, and the router's other commands do nothing. */
function onRouter(texts: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'loadstep-uci-'));
  try {
    const uci = `#!/bin/sh
case "$1" in
  show) cat "$STATE" ;;
  set) printf '%s\\n' "$2" >> "$STATE" ;;
  add_list) printf '%s\\n' "$2" >> "$STATE" ;;
  delete) grep -v "^$2[=.]" "$STATE" > "$STATE.new"; mv "$STATE.new" "$STATE" ;;
esac
`;
    writeFileSync(join(folder, 'uci'), uci, { mode: 0o755 });
    writeFileSync(join(folder, 'state'), 'dhcp.lan=dhcp\ndhcp.lan.interface=lan\n');
    for (const text of texts) {
      const { status, stderr } = spawnSync('sh', ['-eu'], {
        input: text.replace('/etc/init.d/dnsmasq restart', ':'),
        encoding: 'utf8',
        env: { PATH: `${folder}:/usr/bin:/bin`, STATE: join(folder, 'state') },
      });
      expect([status, stderr]).toEqual([0, '']);
    }
    return readFileSync(join(folder, 'state'), 'utf8');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the start script of OpenWrt writes for dnsmasq (openwrt/openwrt package/network/services/dnsmasq/files/dnsmasq.init). */
function asDnsmasqReads(state: string): string {
  const sections = new Map<string, Map<string, string[]>>();
  for (const [, section = '', key = 'type', value = ''] of state.matchAll(/^dhcp\.(\w+)(?:\.(\w+))?=(.*)$/gm)) {
    const its = sections.get(section) ?? new Map<string, string[]>();
    sections.set(section, its.set(key, [...(its.get(key) ?? []), value]));
  }
  return [...sections]
    .flatMap(([name, its]) => {
      const [type, tag] = [its.get('type')?.[0], its.get('networkid')?.[0]];
      if (type === 'mac') return [`dhcp-mac=${tag},${its.get('mac')}`];
      if (type === 'vendorclass') return [`dhcp-vendorclass=set:${tag},${its.get('vendorclass')}`];
      if (type === 'match') return [`dhcp-match=set:${tag},${its.get('match')}`];
      return (its.get('dhcp_option') ?? []).map((option) => `dhcp-option=tag:${name},${option}`);
    })
    .join('\n');
}

describe('OpenWrt', () => {
  const plain = 'dhcp.lan=dhcp\ndhcp.lan.interface=lan\n';

  test('the commands leave the same when they run twice, and nothing of ours when they are undone', () => {
    const once = onRouter([lines('openwrt', PHONES)]);
    expect(onRouter([lines('openwrt', BY_CLASS), lines('openwrt', PHONES)])).toBe(once);
    const undo = snippetKind('openwrt');
    expect(once).not.toBe(plain);
    expect(onRouter([lines('openwrt', BY_CLASS), undo === null ? '' : undoText(undo)])).toBe(plain);
  });

  test.skipIf(!isThere('dnsmasq') || !onBench).each([
    [PHONES, [POINTED, false, false, false, false, false]],
    [BY_CLASS, [POINTED, POINTED, POINTED, POINTED, false, false]],
  ] as const)(
    'its dnsmasq points the phones that were meant (%#)',
    async (chosen, expected) => {
      const real = REAL.dnsmasq;
      if (real === undefined) throw new Error('no dnsmasq');
      const told = await tell(real.server(asDnsmasqReads(onRouter([lines('openwrt', chosen)]))), CLIENTS);
      expect(told).toEqual(expected.map((one) => (one === false ? real.plain : one)));
    },
    60_000,
  );
});

withBench('a UniFi gateway', () => {
  test.skipIf(!isThere('dnsmasq')).each(['dnsmasq.dhcp.conf.d', 'dnsmasq.conf.d'])(
    'the commands put the lines where its dnsmasq reads them: %s',
    async (folder) => {
      const real = REAL.dnsmasq;
      if (real === undefined) throw new Error('no dnsmasq');
      const { files } = real.server('');
      const server = {
        files: { ...files, 'snippet.sh': lines('udm', PHONES) },
        start: `mount -t tmpfs none /run && mkdir /run/${folder} && killall() { :; } && . ./snippet.sh && ${DNSMASQ_START} --conf-dir=/run/${folder}`,
      };
      expect(await tell(server, [LISTED, NOT_LISTED])).toEqual([POINTED, real.plain]);
    },
    60_000,
  );
});

withBench('where every client gets the same', () => {
  test('busybox udhcpd points it at loadstep', async () => {
    const base = 'start 10.0.0.100\nend 10.0.0.150\ninterface phones\nlease_file leases\npidfile pid\n';
    const files = { conf: `${base}${lines('udhcpd', PHONES)}`, leases: '' };
    expect(await tell({ files, start: 'exec busybox udhcpd -f conf' }, [NOT_LISTED])).toEqual([POINTED]);
  }, 60_000);

  const NETWORKD = '/usr/lib/systemd/systemd-networkd';
  // It asks udev about interfaces unless /sys can only be read.
  const start = [
    'ip addr flush dev phones',
    'mount -t tmpfs none /run',
    'mount -t sysfs -o ro none /sys',
    'mkdir -p /run/systemd/netif/links /run/systemd/netif/leases /run/systemd/netif/lldp /run/systemd/network/phones.network.d',
    'chown -R systemd-network: /run/systemd/netif',
    'cp phones.network /run/systemd/network',
    'cp loadstep.conf /run/systemd/network/phones.network.d',
    `exec ${NETWORKD}`,
  ].join(' && ');
  const runs =
    isThere(NETWORKD) &&
    spawnSync('unshare', ['-nm', 'sh', '-c', 'mount -t sysfs -o ro none /sys && id systemd-network']).status === 0;

  test.skipIf(!runs)(
    'systemd-networkd points it at loadstep',
    async () => {
      const files = {
        'phones.network': '[Match]\nName=phones\n[Network]\nAddress=10.0.0.1/24\nDHCPServer=yes\n',
        'loadstep.conf': lines('systemd-networkd', PHONES),
      };
      expect(await tell({ files, start }, [NOT_LISTED])).toEqual([POINTED]);
    },
    60_000,
  );
});

test('undoing at dhcpd takes out our line of its configuration, and no other', () => {
  const folder = mkdtempSync(join(tmpdir(), 'loadstep-dhcpd-'));
  try {
    const conf = join(folder, 'dhcpd.conf');
    const kept = 'authoritative;\ninclude "/etc/dhcp/others.conf";\n';
    writeFileSync(conf, `${kept}include "/etc/dhcp/loadstep.conf";\n`);
    const kind = snippetKind('isc-dhcpd');
    const sed = (kind === null ? '' : undoText(kind)).split('\n').find((line) => line.startsWith('sed')) ?? 'false';
    expect(spawnSync('sh', ['-c', sed.replace('/etc/dhcp/dhcpd.conf', conf)]).status).toBe(0);
    expect(readFileSync(conf, 'utf8')).toBe(kept);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
