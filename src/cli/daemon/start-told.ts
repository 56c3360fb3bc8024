import { pauseOf } from '../../app/batch/batch-status.ts';
import { accountsTold } from '../../app/told/accounts-told.ts';
import { statusOf } from '../../app/told/phone-status.ts';
import type { StandsStore } from '../../app/told/stands.ts';
import { limitsText } from '../../core/batch/batch-state.ts';
import { isServable } from '../../core/firmware/package.ts';
import type { WallMs } from '../../core/moment.ts';
import type { AccountShelf } from '../../ports/account-book.ts';
import type { ListenAddress } from '../../server/listen-address.ts';
import type { LiveFirmware } from '../../server/live-firmware.ts';
import { addressesFor } from '../../server/own-addresses.ts';
import { pauseText } from '../output/batch-pause.ts';
import { type SudoTold, serveStartText } from '../output/serve-start.ts';
import type { ServeSettings } from '../settings/serve-settings.ts';

interface Started {
  readonly store: StandsStore & AccountShelf;
  readonly values: Pick<ServeSettings, 'configuring' | 'root'>;
  readonly firmware: LiveFirmware;
  /** The words that lead to this record, for commands to copy. */
  readonly recordFlags: readonly string[];
  readonly sudo: SudoTold | null;
  readonly listening: ListenAddress;
  readonly now: WallMs;
  readonly redirect: string | null;
  readonly lacking: string | null;
  readonly double: readonly string[];
}

/** What a person at the terminal is told when the server has started. */
export function startOf({
  store,
  firmware,
  recordFlags,
  sudo,
  values,
  listening,
  now,
  redirect,
  lacking,
  double,
}: Started): string {
  const batch = store.batch();
  const pause = pauseOf(batch);
  const records = store.phones();
  const listed = records.map(statusOf);
  const { configuring } = values;
  const loads = firmware
    .index()
    .packages.filter(isServable)
    .map(({ load }) => load);
  return serveStartText({
    addresses: addressesFor(listening.address),
    port: listening.port,
    redirect,
    states: listed.filter(({ isEnrolled }) => isEnrolled).map(({ state }) => state),
    loads: [...new Set(loads)].sort(),
    pid: process.pid,
    recordFlags,
    sudo,
    configuring:
      configuring === null
        ? null
        : {
            pbx: configuring.pbx.host,
            hasTimeServer: configuring.settings.ntp !== null,
            targets: listed.flatMap(({ isEnrolled, target }) => (isEnrolled && target !== null ? [target] : [])),
            ...accountsTold(store, records),
          },
    hasRoot: values.root !== null,
    lacking,
    double,
    pause: pause === null ? null : pauseText(pause, now),
    limits: limitsText(batch.limits),
    mayWait: batch.limits.atOnce !== null || (batch.limits.canary > 0 && !batch.isCanaryOver),
  });
}
