#!/usr/bin/env bash
# xstate: a machine that is restored from its stored snapshot waits for ever in a state with `after`; a promise that it had invoked begins anew.
#
# Guess, written down before it was run: a restored machine starts the delays of the states it is in again, in full or with what was left of them,
#   as it starts what these states invoke.
# Seen: `after` and a raise with a delay are lost. Nothing fires, nothing warns, and the restored machine's own snapshot looks like that of one that
#   waits. A promise invoked by the same state is called again and ends after its full time. Entering the state again arms `after`.
# Version: xstate 5.33.3.
# Output seen (each delay is 200 ms; stored after 50 ms, restored, looked at 1000 ms later):
#   after: waiting
#   raise with delay: waiting
#   invoked promise: late
#   after, state entered again: late
# Why it matters: one machine for each phone, stored at every step and restored when the server starts, is what such machines are made for; and the
#   waits are the long ones (a phone that is given fifteen minutes to come back). A restart of the server turns "held after fifteen minutes" into
#   "waits for ever", and a test that never restores in the middle of a wait stays green. Deadlines have to be kept as data, and armed again.
# Known to its makers: statelyai/xstate issue 5331, open.
# Needs node and npm.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true}' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts xstate@5.33.3 > npm.log 2>&1 || { cat npm.log >&2; echo "cannot be checked: the pinned package is not to be had" >&2; exit 2; }
fail() { echo "changed: $1" >&2; exit 1; }
cat > restore.cjs << 'END'
const { createActor, createMachine, fromPromise, raise } = require('xstate');
const { setTimeout: sleep } = require('node:timers/promises');
const delay = 200;
const again = { on: { AGAIN: { target: 'waiting', reenter: true } } };
const waits = {
  'after': { after: { [delay]: 'late' } },
  'raise with delay': { entry: raise({ type: 'OVER' }, { delay }), on: { OVER: 'late' } },
  'invoked promise': { invoke: { src: fromPromise(() => sleep(delay)), onDone: 'late' } },
  'after, state entered again': { after: { [delay]: 'late' }, ...again },
};
const tried = Object.entries(waits).map(async ([name, waiting]) => {
  const machine = createMachine({ initial: 'waiting', states: { waiting, late: {} } });
  const first = createActor(machine).start();
  await sleep(50);
  const stored = JSON.stringify(first.getPersistedSnapshot());
  first.stop();
  const restored = createActor(machine, { snapshot: JSON.parse(stored) }).start();
  if (name.endsWith('again')) restored.send({ type: 'AGAIN' });
  await sleep(1000);
  const line = `${name}: ${restored.getSnapshot().value}`;
  restored.stop();
  return line;
});
Promise.all(tried).then((lines) => console.log(lines.join('\n')));
END
seen=$(node restore.cjs)
echo "$seen"
[ "$seen" = 'after: waiting
raise with delay: waiting
invoked promise: late
after, state entered again: late' ] || fail "what a restored machine does with its delays"
echo "as described"
