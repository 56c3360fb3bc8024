import { expect, test } from 'vitest';
import { createActor, createMachine } from 'xstate';
import { chartJson, edges } from '../../machines/chart.ts';
import { DEFAULT_PATIENCE, freshContext } from '../../machines/phone-context.ts';
import { phoneMachine } from '../../machines/phone-machine.ts';
import { begin, step } from '../../machines/step.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import { PHONE_STATES } from '../../src/core/phone-states.ts';

test('the JSON of the chart is JSON, and has every state and every transition of the machine', () => {
  const json = chartJson();
  expect(JSON.parse(JSON.stringify(json))).toEqual(json);
  expect(Object.keys(json.states)).toEqual([...PHONE_STATES]);
  const read = Object.entries({ any: { on: json.on }, ...json.states }).flatMap(([from, { on }]) =>
    Object.entries(on).flatMap(([event, transitions]) =>
      transitions.map(({ target, guard = '' }) => ({ from, to: target?.replace('.', '') ?? from, event, guard })),
    ),
  );
  expect(read).toEqual(edges());
});

test('xstate makes of the JSON a machine with the same states', () => {
  const machine = createMachine(JSON.parse(JSON.stringify(chartJson())));
  expect(Object.keys(machine.states)).toEqual(Object.keys(phoneMachine.states));
  const looks = (states: typeof machine.states) =>
    Object.entries(states).map(([name, { tags, transitions }]) => [name, tags, [...transitions.keys()]]);
  expect(looks(machine.states)).toEqual(looks(phoneMachine.states as unknown as typeof machine.states));
});

test('an actor of somebody else walks the same road as step', () => {
  const context = freshContext(
    '0018B9C0FFEE' as MacAddress,
    'P0S3-08-11-00' as LoadName,
    0,
    undefined,
    DEFAULT_PATIENCE,
  );
  const actor = createActor(phoneMachine, { input: context }).start();
  let phone = begin(context);
  const hold = { code: 'E_NO_PATH', reason: 'there is no road', advice: 'choose another load', isResumable: false };
  for (const event of [
    { type: 'phone.seen', at: 1 },
    { type: 'plan.refused', at: 2, hold },
    { type: 'operator.retried', at: 3 },
    { type: 'operator.released', at: 4 },
  ] as const) {
    actor.send(event);
    phone = step(phone, event).next;
    expect(actor.getSnapshot()).toMatchObject({ value: phone.state, context: phone.context });
  }
  expect(phone.state).toBe('cancelled');
});
