import { resolve } from 'node:path';
import { iptablesRedirect, nftRedirect } from '../../adapters/host/port-redirects.ts';
import type { RedirectPlace } from '../../core/beside/redirect-place.ts';
import type { AppError } from '../../core/errors.ts';
import type { PortRedirect } from '../../ports/port-redirect.ts';
import { DEFAULT_LISTEN, isLoopback, type ListenAddress, TFTP_PORT } from '../../server/listen-address.ts';
import type { CommandGroup, CommandSpec } from '../command.ts';
import type { Beside, BesideAids, BesideWay } from '../daemon/beside.ts';
import { besideDnsmasqWay, besideTftpdWay } from '../daemon/beside-folders.ts';
import { SERVE_CONFIGURING_KEYS } from '../settings/configuring-keys.ts';
import type { CommandSettingKey } from '../settings/settings.ts';
import { SERVE, serve } from './serve.ts';

const LISTEN: ListenAddress = { address: '0.0.0.0', port: 6969 };

/** A landed phone asks the other server, so there is nothing to configure it with; and only listed phones are redirected. */
const NOT_BESIDE: ReadonlySet<CommandSettingKey> = new Set([
  'enroll',
  'target',
  'batch',
  ...SERVE_CONFIGURING_KEYS,
] as const);

/** Where dnsmasq has the port, these mean nothing. */
const OF_A_PORT: ReadonlySet<CommandSettingKey> = new Set(['listen', 'single-port', 'data-plane'] as const);

/** `loadstep beside …`: `serve` on a machine where another TFTP server keeps port 69. */
export const BESIDE: CommandGroup = {
  name: 'beside',
  summary: 'convert phones while another server keeps port 69',
  commands: [
    besideRedirect('nft', 'nftables', (place) => nftRedirect(place)),
    besideRedirect('iptables', 'iptables', (place, wall) => iptablesRedirect(place, wall)),
    besideFolders({
      name: 'dnsmasq',
      summary: 'convert phones on the list through dnsmasq, which gives them what is in folders of their own',
      description:
        'Does what "loadstep serve" does, through a dnsmasq on this machine that keeps DHCP and TFTP. Phones that are on the list and have not landed get a folder ' +
        'of their own below --root, which dnsmasq reads with "tftp-unique-root=mac"; its dhcp-script tells what was sent.',
      rootHelp: 'the tftp-root of dnsmasq; links are made in it',
      way: besideDnsmasqWay,
    }),
    besideFolders({
      name: 'tftpd',
      summary: 'convert phones on the list through tftpd-hpa, by lines in its map file',
      description:
        'Does what "loadstep serve" does, through a tftpd-hpa on this machine that runs with --map-file. Lines in that file lead the addresses of phones that are on the ' +
        'list and have not landed to folders of their own below --root; the lines are taken out again.',
      rootHelp: 'the folder that in.tftpd gives out; a folder is mounted in it',
      way: besideTftpdWay,
    }),
  ],
};

interface FolderKind {
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  readonly rootHelp: string;
  readonly way: (root: string, aids: BesideAids) => BesideWay;
}

/** Beside a server that reads the questions of phones out of folders of ours. */
function besideFolders({ name, summary, description, rootHelp, way }: FolderKind): CommandSpec {
  const beside: Beside = {
    command: `beside ${name}`,
    listen: DEFAULT_LISTEN,
    hasPort: false,
    check({ root }, refuse) {
      if (root === null)
        throw refuse('name the folder that the other server gives out, such as --root /srv/tftp', 'root');
    },
    way: ({ root }, aids) => way(resolve(root ?? '.'), aids),
  };
  return {
    ...SERVE,
    ...{ name, summary },
    description: `${description} Nothing of it is stored: what phones get is decided when the other server asks for it, and is gone when loadstep ends, also when it is killed. Everybody else goes on with the files of --root. Needs root, or CAP_SYS_ADMIN, and FUSE.`,
    settingHelp: { ...SERVE.settingHelp, root: rootHelp },
    settings: SERVE.settings.filter((key) => !NOT_BESIDE.has(key) && !OF_A_PORT.has(key)),
    examples: [`sudo loadstep beside ${name} --root /srv/tftp --leases /var/lib/misc/dnsmasq.leases`],
    run: (context) => serve(context, beside),
  };
}

function besideRedirect(
  name: string,
  product: string,
  redirectAt: (place: RedirectPlace, wall: () => number) => PortRedirect,
): CommandSpec {
  const beside: Beside = {
    command: `beside ${name}`,
    listen: LISTEN,
    hasPort: true,
    check: refuseWhatCannotBe,
    way: ({ listen: { address, port } }, { clock }) => ({
      redirect: redirectAt({ address: isEverywhere(address) ? null : address, port }, () => clock.wall()),
    }),
  };
  return {
    ...SERVE,
    name,
    summary: `convert phones on the list beside another TFTP server, by a redirect of ${product}`,
    description:
      `Does what "loadstep serve" does, beside a TFTP server on this machine that keeps port 69. ${product} sends it the questions of those ` +
      'phones that are on the list and have not landed; everybody else goes on asking the other server. Nothing in DHCP has to change. Phones ' +
      'behind a router are known by the addresses in the lease files of --leases. The redirect is gone when loadstep ends, and within 15 s when it is killed. ' +
      'Needs root, or CAP_NET_ADMIN.',
    settingHelp: { ...SERVE.settingHelp, listen: 'where to listen, beside port 69 (default: 0.0.0.0:6969)' },
    settings: SERVE.settings.filter((key) => !NOT_BESIDE.has(key)),
    examples: [
      `sudo loadstep beside ${name} --root /srv/tftp`,
      `sudo loadstep beside ${name} --listen 192.168.1.3:6970`,
    ],
    run: (context) => serve(context, beside),
  };
}

function isEverywhere(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}

function refuseWhatCannotBe({ listen }: { readonly listen: ListenAddress }, refuse: (why: string) => AppError): void {
  if (listen.port === TFTP_PORT || listen.port === 0) {
    throw refuse(
      `port ${listen.port} cannot be redirected to; port 69 is the other server's. Leave it out, or write another port, such as 0.0.0.0:6969`,
    );
  }
  if (isLoopback(listen) || (listen.address.includes(':') && !isEverywhere(listen.address))) {
    throw refuse(
      `phones cannot be redirected to ${listen.address}; write the IPv4 address that they ask, or 0.0.0.0 for each of this machine`,
    );
  }
}
