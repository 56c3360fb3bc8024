import { NO_LIMITS } from '../../core/batch/batch-state.ts';
import type { DecidedRow } from '../../core/history/event.ts';
import type { AskedName } from '../../core/names/asked-name.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { TftpAnswer, TftpRequest } from '../../ports/tftp.ts';
import type { FleetOptions } from '../fleet-options.ts';
import type { SessionAids } from '../phone/session-aids.ts';
import type { Recorder } from '../record/recorder.ts';
import { defaultByType } from './default-by-type.ts';
import { type Delivery, NO_ANSWER, peerOf } from './delivery.ts';
import type { FirstSights } from './first-sights.ts';
import type { Strangers } from './strangers.ts';

interface UnprovenFamilyDesk {
  /** What the operator wants by now. */
  readonly wishes: () => Pick<FleetOptions, 'store' | 'enroll' | 'targets'>;
  readonly aids: Pick<SessionAids, 'matrix' | 'index' | 'turns'>;
  readonly recorder: Pick<Recorder, 'commit' | 'hasFailed'>;
  readonly delivery: Pick<Delivery, 'forServer'>;
}

/**
 * With `--enroll all`: shows a phone whose questions fit several families one default with a line for each device type that it
 * may be. The manifest that it asks for then proves its family, and enrols it.
 */
export class UnprovenFamily {
  readonly #desk: UnprovenFamilyDesk;
  readonly #strangers: Strangers;
  readonly #sights: FirstSights;

  constructor(desk: UnprovenFamilyDesk, strangers: Strangers, sights: FirstSights) {
    this.#desk = desk;
    this.#strangers = strangers;
    this.#sights = sights;
  }

  /** The default for a phone that is not on the list, once it is recorded; null where it asks for something else, or may not be shown one. */
  async answer(asked: AskedName, mac: MacAddress | null, request: TftpRequest): Promise<TftpAnswer | null> {
    const { enroll, targets, store } = this.#desk.wishes();
    const { matrix, index, turns } = this.#desk.aids;
    if (enroll !== 'all' || asked.kind !== 'xml-default' || mac === null) return null;
    // Nothing is begun while others go first: anybody who is to wait is on no list yet that could tell when.
    if (turns.isPaused || turns.limits.atOnce !== NO_LIMITS.atOnce || turns.limits.canary !== NO_LIMITS.canary)
      return null;
    if (store.phone(mac)?.enrolment?.status === 'released') return null;
    const evidence = this.#strangers.ambiguous(mac);
    const shown = evidence === null ? null : defaultByType({ mac, evidence, targets, matrix, index: index() });
    if (shown === null) return null;
    const at = request.at;
    const reason = `its family is not proven: a line for each device type that it may be names ${shown.loads.join(', ')}`;
    const [load] = shown.loads;
    const row: DecidedRow = {
      event: 'load.offered',
      at,
      mac,
      file: asked.name,
      ...(load === undefined ? {} : { load }),
      reason,
    };
    // What cannot be recorded is not shown: there is room for so many strangers a day.
    const events = this.#sights.ofStranger({ at, mac, peer: peerOf(request) }, [row]);
    if (!events.includes(row)) return null;
    await this.#desk.recorder.commit({ mac, seenAt: at, events });
    if (this.#desk.recorder.hasFailed) return NO_ANSWER;
    const text = this.#desk.delivery.forServer(shown.content, request);
    return { kind: 'content', content: text };
  }
}
