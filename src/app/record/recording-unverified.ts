import type { AppError } from '../../core/errors.ts';
import type { HistoryEvent } from '../../core/history/event.ts';
import type { FirmwareFiles } from '../../ports/firmware-files.ts';
import type { Store } from '../../ports/store.ts';
import type { LiveEvent } from './live-event.ts';

export interface RecordingParts {
  readonly firmware: Pick<FirmwareFiles, 'index'>;
  readonly store: Pick<Store, 'commit'>;
  readonly onEvent: (event: LiveEvent) => void;
  readonly onFailure: (error: AppError) => void;
}

/** Puts into the record of each phone that its road uses a package that is not whole, on the operator's word. */
export function recordingUnverified(parts: RecordingParts): (event: LiveEvent) => void {
  const { firmware, store, onEvent, onFailure } = parts;
  const note = ({ at, mac, road = [] }: HistoryEvent) => {
    const used = firmware.index().packages.filter(({ load, loader }) => {
      return road.includes(load) || (loader !== null && road.includes(loader));
    });
    for (const finding of used.flatMap(({ findings }) => findings)) {
      if (finding.code !== 'allowed-unverified') continue;
      const row: HistoryEvent = { event: 'phone.decision', at, mac, reason: finding.message };
      store.commit({ mac, events: [row] }).then(
        () => onEvent(row),
        (error) => onFailure(error as AppError),
      );
    }
  };
  return (event) => {
    onEvent(event);
    if (event.event === 'phone.planned') note(event);
  };
}
