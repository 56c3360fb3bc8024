import { expect, test } from 'vitest';
import { WAIT_WHILE_WRITING } from '../../src/app/phone/refusals.ts';
import type { PhoneStatus } from '../../src/app/told/phone-status.ts';
import type { Follow } from '../../src/cli/commands/follow.ts';
import { silenceWatch } from '../../src/cli/commands/silence-watch.ts';
import { macOf } from '../support/bench.ts';
import { FakeClock } from '../support/clock.ts';

/** What a command says of a phone that was heard before it began, and that is silent for an hour of it. */
function saidOf(advice: string): string {
  const said: string[] = [];
  const clock = new FakeClock(0);
  const status = { state: 'offered', lastSeenAt: 1, advice } as PhoneStatus;
  const follow = {
    mac: macOf(1),
    clock,
    view: { call: (text: string) => said.push(text) },
    status: () => status,
    listening: { port: 69, addresses: ['192.0.2.1'] },
  } as unknown as Follow;
  const watch = silenceWatch(follow, 0);
  for (let minutes = 0; minutes < 60; minutes++) watch.tick(minutes * 60_000);
  return said.join('\n');
}

test('a phone that was given an image before the command began is not said to write nothing', () => {
  expect(saidOf('nothing')).toContain('Nothing is being written to it: unplug it');
  expect(saidOf(WAIT_WHILE_WRITING)).toContain(WAIT_WHILE_WRITING);
  expect(saidOf(WAIT_WHILE_WRITING)).not.toContain('Nothing is being written');
});

test.each([
  { notChosen: [macOf(2)], said: 0 },
  { notChosen: [], said: 1 },
])('a phone that was not chosen is not what may have been meant: $said', ({ notChosen, said: times }) => {
  const said: string[] = [];
  const clock = new FakeClock(0);
  const follow = {
    ...{ mac: macOf(1), clock, notChosen },
    view: { call: (text: string) => said.push(text) },
    status: () => null,
    listening: { port: 69, addresses: ['192.0.2.1'] },
  } as unknown as Follow;
  const watch = silenceWatch(follow, 0);
  watch.heardOther({ mac: macOf(2), address: '192.0.2.7', name: 'OS79XX.TXT', at: 0 });
  expect(said.filter((text) => text.includes('If that is your phone') || text.includes('did you mean'))).toHaveLength(
    times,
  );
});
