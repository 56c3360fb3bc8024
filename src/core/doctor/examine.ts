import { judgeClock, judgeDatabase, judgeFirmware, judgeLeases, judgeNeighbours, judgeRoot } from './machine.ts';
import { judgeAddresses, judgeDhcp, judgeMtu, SWITCH_QUESTION } from './network.ts';
import { judgeFilter } from './packet-filter.ts';
import { judgePort, judgeRights } from './port.ts';
import type { Seen, Verdict } from './seen.ts';

/** Everything that can be said of what was seen, in the order in which it is told. */
export function examine(seen: Seen): readonly Verdict[] {
  return [
    judgePort(seen),
    judgeRights(seen),
    judgeAddresses(seen),
    judgeFilter(seen),
    ...judgeDhcp(seen),
    judgeMtu(seen),
    ...judgeLeases(seen),
    judgeNeighbours(seen),
    judgeFirmware(seen),
    judgeDatabase(seen),
    ...judgeRoot(seen),
    judgeClock(seen),
    SWITCH_QUESTION,
  ];
}
