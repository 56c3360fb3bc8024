import type { MacAddress } from '../../core/names/mac-address.ts';
import type { FirmwareFiles } from '../../ports/firmware-files.ts';
import type { LiveEvent } from './live-event.ts';

export interface RecordingParts {
  readonly firmware: Pick<FirmwareFiles, 'index'>;
  /** Puts a decision into the record of a phone, behind what stands there. */
  readonly decide: (mac: MacAddress, decision: { readonly reason: string }) => Promise<unknown>;
}

/** Puts into the record of each phone that its road uses a package that is not whole, on the operator's word. */
export function recordingUnverified({ firmware, decide }: RecordingParts): (event: LiveEvent) => void {
  return (event) => {
    if (event.event !== 'phone.planned') return;
    const { mac, road = [] } = event;
    const used = firmware.index().packages.filter(({ load, loader }) => {
      return road.includes(load) || (loader !== null && road.includes(loader));
    });
    for (const finding of used.flatMap(({ findings }) => findings)) {
      // A record that fails has stopped the fleet by then, and that was told.
      if (finding.code === 'allowed-unverified') void decide(mac, { reason: finding.message });
    }
  };
}
