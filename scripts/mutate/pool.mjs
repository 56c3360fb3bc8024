import { fork } from 'node:child_process';
import { join } from 'node:path';

/** A test file that has computed for so long and is not done goes round for ever: the mutant has been noticed. */
const MOST_BUSY_MS = 90_000;

/** Processes with a warm vitest each, and work that is shared out among them. */
export class Pool {
  #runners;

  constructor(root, jobs, notes = null) {
    this.#runners = Array.from({ length: jobs }, () => new Runner(root, notes));
  }

  async each(items, work) {
    const queue = [...items];
    await Promise.all(
      this.#runners.map(async (runner) => {
        for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item, runner);
      }),
    );
  }

  async stop() {
    await Promise.all(this.#runners.map((runner) => runner.stop()));
  }
}

class Runner {
  #root;
  #notes;
  #child = null;

  constructor(root, notes) {
    this.#root = root;
    this.#notes = notes;
  }

  /** What became of a mutant; one under which the tests never end, or end the process, counts as killed. */
  async run(message) {
    this.#child ??= await this.#start();
    const child = this.#child;
    return new Promise((resolve) => {
      let busyAtBeat = null;
      const end = (outcome, isOver = false) => {
        child.removeAllListeners('message').removeAllListeners('exit');
        if (isOver) {
          this.#child = null;
          child.kill('SIGKILL');
        }
        resolve(outcome);
      };
      child.on('message', (said) => {
        if (said.done) end(said);
        else if (said.beat) busyAtBeat = null;
        else if (busyAtBeat === null) busyAtBeat = said.busyMs;
        else if (said.busyMs - busyAtBeat > MOST_BUSY_MS) end({ killedBy: 'time', test: 'no end' }, true);
      });
      child.on('exit', () => end({ killedBy: 'exit', test: 'the process ended' }, true));
      child.send(message);
    });
  }

  async stop() {
    this.#child?.kill('SIGKILL');
    this.#child = null;
  }

  async #start() {
    const files = JSON.stringify(this.#notes?.hits ?? []);
    const env = { ...process.env, ...(this.#notes === null ? {} : { LOADSTEP_HITS: this.#notes.folder }) };
    const child = fork(join(this.#root, 'scripts/mutate/runner.mjs'), [this.#root, files], { cwd: this.#root, env });
    await new Promise((resolve) => child.once('message', resolve));
    return child;
  }
}
