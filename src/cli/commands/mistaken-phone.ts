import { every } from '../../app/time/every.ts';
import { statusOf } from '../../app/told/phone-status.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { isBusy } from '../../core/phone-states.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Store } from '../../ports/store.ts';
import type { OtherAsks } from '../output/other-askers.ts';
import type { Settings } from '../settings/layers.ts';
import type { SettingKey } from '../settings/settings.ts';

const KEPT: readonly SettingKey[] = [
  'target',
  'from',
  'model',
  'label',
  'config',
  'db',
  'firmware',
  'leases',
  'listen',
  'timeout',
  'root',
  'single-port',
  'data-plane',
  'allow-unverified',
];

const SERVED: readonly SettingKey[] = ['config', 'db', 'firmware', 'leases', 'listen', 'root', 'single-port'];

/** The words that lead to the record where they were typed. */
export function recordFlags(settings: Settings): readonly string[] {
  return settings.typed(['config', 'db']);
}

/** The words that the server of this command was started with, as they were typed. */
export function serveFlags(settings: Settings): readonly string[] {
  return settings.typed(SERVED);
}

/** What goes on giving files out of the tree of --root once this command has ended; null where none was named. */
export function serveCommand(settings: Settings): string | null {
  if (settings.text('root') === null) return null;
  return ['loadstep serve', ...serveFlags(settings)].join(' ');
}

/** The command that goes on with a phone that was chosen from those that ask. */
export function upgradeCommand(settings: Settings, mac: MacAddress): string {
  return [`loadstep upgrade --mac ${mac}`, ...settings.typed(KEPT)].join(' ');
}

/** The lines to type when another phone than the one that is waited for was meant. */
export function commandsFor(settings: Settings, wrong: MacAddress, right: MacAddress): readonly string[] {
  return [
    `loadstep release --mac ${wrong}${recordFlags(settings)
      .map((word) => ` ${word}`)
      .join('')}`,
    upgradeCommand(settings, right),
  ];
}

/** Phones of the record that may be writing their flash, released ones too. */
export function busyPhones(store: Store): readonly MacAddress[] {
  return store
    .phones()
    .filter((record) => isBusy(statusOf(record)))
    .map(({ mac }) => mac);
}

/** How often the record is looked through for phones on nobody's list, where another process answers them. */
const LOOK_MS = 5_000;

/** Tells of phones on nobody's list that another process has heard since this was called; the returned function ends that. */
export function strangersIn(store: Store, clock: Clock, listener: (asks: OtherAsks) => void): () => void {
  const heard = new Map<MacAddress, number>();
  const since = clock.wall();
  const look = () => {
    for (const { mac, enrolment, lastSeenAt } of store.phones()) {
      if (enrolment?.status === 'enrolled' || lastSeenAt === null || lastSeenAt < (heard.get(mac) ?? since)) continue;
      heard.set(mac, lastSeenAt + 1);
      listener({ mac, address: null, name: null, at: clock.now() });
    }
  };
  // The record may fail: that ends the following by what is asked more often.
  return every(clock, LOOK_MS, look, () => {});
}

/** Tells of phones on the list that another process has heard since this was called; the returned function ends that. */
export function listedIn(store: Store, clock: Clock, listener: (mac: MacAddress) => void): () => void {
  const since = clock.wall();
  const look = () => {
    for (const { mac, enrolment, lastSeenAt } of store.phones()) {
      if (enrolment?.status === 'enrolled' && lastSeenAt !== null && lastSeenAt >= since) listener(mac);
    }
  };
  return every(clock, LOOK_MS, look, () => {});
}
