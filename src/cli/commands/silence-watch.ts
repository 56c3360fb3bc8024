import { WAIT_WHILE_WRITING } from '../../app/phone/refusals.ts';
import type { LiveEvent } from '../../app/record/live-event.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { mayBeWritingAfter } from '../../core/power/power-record.ts';
import { ListedAskers } from '../output/listed-askers.ts';
import { OtherAskers, type OtherAsks } from '../output/other-askers.ts';
import { nextHint } from '../output/waiting-advice.ts';
import type { Follow } from './follow.ts';

/** Gives advice when nothing is heard of the phone. */
export function silenceWatch(follow: Follow, startedAt: number) {
  const known = follow.status();
  let hasBeenSeen = known !== null && known.lastSeenAt !== null;
  let isHeard = false;
  let heardAt = startedAt;
  let shown = 0;
  // What was given to it before this command began.
  let mayBeWriting = known?.advice === WAIT_WHILE_WRITING;
  let state = known?.state ?? 'waiting';
  const { mac, view, commandsFor = () => [], notChosen = [] } = follow;
  const others = new OtherAskers({ wanted: mac, commands: commandsFor, say: view.call });
  const listed = new ListedAskers({
    wanted: mac,
    statusOf: follow.statusOfOther ?? (() => null),
    isOwnServer: follow.listening !== null,
    commands: commandsFor,
    say: view.call,
  });
  return {
    heard(event: Extract<LiveEvent, { readonly mac: MacAddress }>) {
      if (event.event === 'phone.enrolled') return;
      if (event.state !== undefined) state = event.state;
      mayBeWriting = mayBeWritingAfter(mayBeWriting, event);
      hasBeenSeen ||= event.event !== 'phone.state';
      isHeard ||= event.event.startsWith('file.');
      heardAt = follow.clock.now();
      shown = 0;
    },
    /** Once the phone itself has asked, nobody was mistaken for it. */
    heardOther(asks: OtherAsks) {
      if (!isHeard && (asks.mac === null || !notChosen.includes(asks.mac))) others.note(asks);
    },
    /** What happens to a phone that is on the list, too. */
    heardListed(event: Extract<LiveEvent, { readonly mac: MacAddress }>) {
      if (listed.note(event, !isHeard)) others.asksOfList(event.mac, follow.clock.now());
    },
    tick(now: number) {
      if (follow.listening === null) return;
      const { port, addresses } = follow.listening;
      const silentMs = now - heardAt;
      const busy = () => {
        const writing = follow.busyOthers?.() ?? [];
        listed.warned(writing);
        return writing;
      };
      const asking = others.asking(now);
      const absence = {
        ...{ mac, silentMs, hasBeenSeen, isHeard, state, mayBeWriting, others: asking, port, addresses, busy },
      };
      if (nextHint(absence, shown) === null) return;
      // What somebody else asked behind its address is no boot of this phone: its status knows.
      const isWriting = mayBeWriting || follow.status()?.advice === WAIT_WHILE_WRITING;
      const hint = nextHint({ ...absence, mayBeWriting: isWriting }, shown);
      if (hint === null) return;
      shown++;
      follow.view.call(hint);
    },
  };
}
