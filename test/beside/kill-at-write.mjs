// Loaded into loadstep by a test: kills it right before one of its writes, as `kill -9` would at that moment: after one is before the next.
// KILL_AT counts them.
import childProcess from 'node:child_process';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const end = process.kill.bind(process);
const killAt = Number(process.env.KILL_AT);
let moments = 0;

function moment(what) {
  moments++;
  if (moments !== killAt) return;
  fs.appendFileSync(process.env.KILLED_LOG, `${what}\n`);
  end(process.pid, 'SIGKILL');
  // The signal comes when this thread leaves the kernel the next time.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
}

/** `most`: so many of these count. `isGoingOn`: what is started goes on when loadstep is killed right after. */
function watch(where, name, most = Number.POSITIVE_INFINITY, isGoingOn = false) {
  const its = where[name];
  let calls = 0;
  where[name] = (...words) => {
    calls++;
    const what = `${name} ${typeof words[0] === 'string' ? words[0] : ''}`.trim();
    if (calls <= most) moment(what);
    const given = its.apply(where, words);
    if (calls <= most && isGoingOn) moment(`${what}, begun`);
    return given;
  };
}

for (const name of ['symlink', 'unlink', 'rename', 'writeFile', 'chmod', 'chown']) watch(fs.promises, name);
for (const name of ['mkdirSync', 'rmdirSync', 'closeSync']) watch(fs, name, 4);
// Answers to the kernel, too: the first ones are those of a folder that comes into being.
watch(fs, 'writeSync', 8);
const isBegun = process.env.KILL_BEGUN !== undefined;
watch(childProcess, 'spawnSync', 8);
for (const name of ['spawn', 'execFile']) watch(childProcess, name, isBegun ? 24 : 8, isBegun);
watch(process, 'kill');
syncBuiltinESMExports();
