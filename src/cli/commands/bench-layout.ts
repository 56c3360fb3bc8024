import { isListed } from '../../app/list/cancel.ts';
import { statusOf } from '../../app/told/phone-status.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { silentPhones } from '../../core/switch/silent-phones.ts';
import { serverLook } from '../bench/server-now.ts';
import type { CommandContext } from '../command.ts';
import { lookOn, writeText } from '../output/fit-text.ts';
import { type AtPort, layoutJson, layoutTable, unplacedText } from '../output/layout-text.ts';
import { databasePath } from '../settings/values.ts';
import { withDatabase } from '../wiring.ts';

/** `loadstep bench layout`. */
export async function showLayout({ settings, io }: CommandContext): Promise<number> {
  const server = (await serverLook(databasePath(settings, io.env))).now();
  return withDatabase(settings, io, 'reader', (store) => {
    const now = Date.now();
    const places = store.places();
    const records = new Map(store.phones().map((record) => [record.mac, record]));
    const lastSeenAt = (mac: MacAddress) => records.get(mac)?.lastSeenAt ?? null;
    const silent = new Map(
      silentPhones(places, lastSeenAt, now, server?.listensSince ?? null).map(({ mac, reason }) => [mac, reason]),
    );
    const there = [...places].map(([mac, place]): AtPort => {
      const record = records.get(mac) ?? null;
      const { label, state } = record === null ? { label: null, state: 'bystander' } : statusOf(record);
      return { mac, place, label, state, silent: silent.get(mac) ?? null };
    });
    const unplaced = [...records.values()].filter((record) => isListed(record) && !places.has(record.mac));
    if (settings.isOn('json')) {
      for (const one of there) io.stdout.write(layoutJson(one));
      return 0;
    }
    if (there.length === 0) {
      const hasSwitch = store.sealedSwitches().length > 0;
      const why = hasSwitch
        ? 'the server asks the switches every minute; "loadstep switch walk" asks now'
        : '"loadstep switch add" adds a switch';
      writeText(io.stdout, `No phone was seen at a port yet: ${why}.\n`);
      return 0;
    }
    io.stdout.write(layoutTable(there, now, lookOn(io.stdout)));
    for (const reason of silent.values()) writeText(io.stdout, `\n${reason}.\n`);
    if (unplaced.length > 0) writeText(io.stdout, `\n${unplacedText(unplaced)}\n`);
    return 0;
  });
}
