import { usualTimesOf } from '../../app/told/time-left.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { Store } from '../../ports/store.ts';
import type { TextOut } from '../io.ts';
import { hopView } from '../output/hop-view.ts';
import { humanView, jsonView, type LiveView } from '../output/live-view.ts';
import type { Settings } from '../settings/layers.ts';
import type { Follow } from './follow.ts';

/** Rows that a road is drawn from when it is gone on with: some roads, polls included (invented). */
const PAST_ROWS = 600;

/** What the record tells of this phone and of those before it, for what is drawn. */
export function remembered(store: Store, mac: MacAddress): Pick<Follow, 'past' | 'times'> {
  return { past: () => store.history({ mac, limit: PAST_ROWS }), times: usualTimesOf(store, mac) };
}

/** Objects for programs; the road in place on a terminal; else, and with --verbose, a line for each thing that happens. */
export function viewOn(out: TextOut, settings: Settings): LiveView {
  if (settings.isOn('json')) return jsonView(out);
  if (out.canDraw && !settings.isOn('verbose')) return hopView(out, settings.isOn('bell'));
  return humanView({ out, nameOf: null, isFollowed: true });
}
