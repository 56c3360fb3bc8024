// The machine of one phone in an actor of your own. The chart itself runs nothing and waits for nothing: it says until when
// something has to happen (`deadlineAt`), and the program around it keeps the clock.
import { parseLoadName, parseMac } from 'loadstep';
import { freshContext, phoneMachine } from 'loadstep/machines';
import { createActor } from 'xstate';

/**
 * @param {{ mac: string, target: string, clock: { now(): number, setTimeout(run: () => void, ms: number): unknown, clearTimeout(id: unknown): void } }} phone
 * @param {{ inspect?: (event: import('xstate').InspectionEvent) => void, snapshot?: import('xstate').Snapshot<unknown> }} [options]
 */
export function phoneActor({ mac, target, clock }, options = {}) {
  const [who, load] = [parseMac(mac), parseLoadName(target)];
  if (!who.ok) throw new Error(who.error);
  if (!load.ok) throw new Error(load.error);
  const input = freshContext(who.value, load.value.name, clock.now());
  const actor = createActor(phoneMachine, { input, ...options });
  let timer;
  /** @type {number | null} */
  let armedFor = null;
  actor.subscribe(({ context }) => {
    if (context.deadlineAt === armedFor) return;
    armedFor = context.deadlineAt;
    clock.clearTimeout(timer);
    if (armedFor === null) return;
    timer = clock.setTimeout(
      () => actor.send({ type: 'deadline.passed', at: clock.now() }),
      Math.max(0, armedFor - clock.now()),
    );
  });
  return actor;
}
