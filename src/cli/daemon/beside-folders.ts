import { readFile } from 'node:fs/promises';
import { isIPv4 } from 'node:net';
import { join } from 'node:path';
import { FolderServer } from '../../adapters/asked-folder/folder-server.ts';
import type { FolderServerOptions, PhonePlace } from '../../adapters/asked-folder/folder-wishes.ts';
import { mapFile } from '../../adapters/asked-folder/map-file.ts';
import { phoneLinks } from '../../adapters/asked-folder/phone-links.ts';
import { DNSMASQ, givesWhatIsAsked, MIXES_FILES } from '../../adapters/asked-folder/running-dnsmasq.ts';
import { TFTPD } from '../../adapters/asked-folder/tftpd-hpa.ts';
import { WireEar } from '../../adapters/asked-folder/wire-ear.ts';
import { leasedAddresses } from '../../adapters/who/leased-addresses.ts';
import { ASKED_FOLDER, phoneOfFolder } from '../../core/beside/phone-folder.ts';
import { BoundedMap } from '../../core/bounded-map.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { parseProcNetArp } from '../../core/who/neighbours.ts';
import type { PortRedirect } from '../../ports/port-redirect.ts';
import type { TftpHandler } from '../../ports/tftp.ts';
import type { BesideAids, BesideWay } from './beside.ts';

type FolderWishes = Omit<FolderServerOptions, 'handler' | 'onLost'>;

/** Nobody is led anywhere without the folder: it is laid anew before the ways to it are. */
function throughFolder(redirect: PortRedirect, wishes: FolderWishes): Pick<BesideWay, 'redirect' | 'hears'> {
  let folder: FolderServer | null = null;
  let onLost = () => {};
  return {
    redirect: {
      ...redirect,
      async direct(phones, onMissing) {
        if (folder?.restore() === true) onMissing?.();
        await redirect.direct(phones, onMissing);
      },
      onGone(tell) {
        onLost = tell;
      },
    },
    hears(handler: TftpHandler) {
      folder = new FolderServer({ ...wishes, handler, onLost: () => onLost() });
      return folder;
    },
  };
}

/** Phones of dnsmasq with `tftp-unique-root=mac`: links in its tree lead to folders that are asked. */
export function besideDnsmasqWay(root: string, aids: BesideAids): BesideWay {
  let phones: ReadonlySet<MacAddress> = new Set();
  const { clock, log } = aids;
  const links = phoneLinks(root, (macs) => {
    phones = new Set(macs);
  });
  return throughFolder(links, {
    ...{ clock, log, program: DNSMASQ, addressOf: placeOf(aids) },
    trusted: { isTrusted: givesWhatIsAsked, reason: MIXES_FILES },
    folder: join(root, ASKED_FOLDER),
    ownerOf(folder) {
      const mac = phoneOfFolder(folder);
      return mac === null || !phones.has(mac) ? null : { folder, mac, address: null };
    },
  });
}

/** Phones of tftpd-hpa: lines in its map lead their addresses to folders that are asked. Who has an address is decided at each question. */
export function besideTftpdWay(root: string, aids: BesideAids): BesideWay {
  let shown: ReadonlySet<string> = new Set();
  const { clock, log } = aids;
  const find = addressOf(aids);
  const map = mapFile(root, (addresses) => {
    shown = new Set(addresses);
  });
  return {
    ...throughFolder(map, {
      ...{ clock, log, program: TFTPD, addressOf: async () => null, ear: (sent) => new WireEar(log, sent) },
      folder: join(root, ASKED_FOLDER),
      ownerOf: (folder) => (shown.has(folder) ? { folder, mac: null, address: folder } : null),
    }),
    async addressesOf(macs) {
      const found = await Promise.all(macs.map(find));
      return [...new Set(found.filter((one) => one !== null && isIPv4(one)))].sort() as string[];
    },
  };
}

/** Where a phone is, by the lease files, or else by the neighbour table: dnsmasq goes by the same. */
function addressOf({ clock, leases }: BesideAids): (mac: MacAddress) => Promise<string | null> {
  const leased = leasedAddresses({ paths: leases, clock });
  return async (mac) => {
    const [lease] = await leased([mac]);
    if (lease !== undefined) return lease;
    const table = parseProcNetArp(await readFile('/proc/net/arp', 'latin1').catch(() => ''));
    return table.find((one) => one.mac === mac)?.address ?? null;
  };
}

/**
 * dnsmasq looks into the neighbour table of the kernel every 90 s (arp.c of 2.90): for so long it may take a device that got the earlier address of
 * a phone for that phone.
 */
const STEADY_AFTER_MS = 120_000;
/** Phones of which it is remembered where they were (invented). */
const MOST_PHONES = 16_384;

function placeOf(aids: BesideAids): (mac: MacAddress) => Promise<PhonePlace | null> {
  const find = addressOf(aids);
  const earlier = new BoundedMap<MacAddress, { readonly address: string; readonly since: number }>(MOST_PHONES);
  return async (mac) => {
    const address = await find(mac);
    if (address === null) return null;
    const [was, now] = [earlier.get(mac), aids.clock.now()];
    if (was?.address !== address)
      earlier.set(mac, { address, since: was === undefined ? Number.NEGATIVE_INFINITY : now });
    return { address, isSteady: now - (earlier.get(mac)?.since ?? now) >= STEADY_AFTER_MS };
  };
}
