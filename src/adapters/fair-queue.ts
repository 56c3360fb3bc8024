/**
 * A question costs its handler some 0.3 ms (docs/performance.md), so a turn of the event loop stays within a few milliseconds. What is
 * decided in one turn is written and answered together: with 64 the first phones of a storm waited for the others of their turn.
 */
const TASKS_A_TURN = 16;

/**
 * Lets the application decide questions and hear of ends in the order they came, a few in each turn of the event loop. In
 * between, datagrams are heard and timers run: a thousand phones that ask at once do not make a running transfer wait.
 */
export class FairQueue {
  readonly #tasksATurn: number;
  #waiting: (() => void)[] = [];
  #left: number;
  #isArmed = false;

  constructor(tasksATurn: number = TASKS_A_TURN) {
    this.#tasksATurn = tasksATurn;
    this.#left = tasksATurn;
  }

  /** Runs the task at once when nothing waits and this turn has room, else as soon as it is its turn. It must not throw. */
  run(task: () => void): void {
    if (this.#waiting.length > 0 || this.#left === 0) {
      this.#waiting.push(task);
      return;
    }
    this.#left -= 1;
    this.#arm();
    task();
  }

  /** Runs everything that waits, now. */
  flush(): void {
    while (this.#waiting.length > 0) for (const task of this.#waiting.splice(0)) task();
  }

  #arm(): void {
    if (this.#isArmed) return;
    this.#isArmed = true;
    setImmediate(() => this.#nextTurn());
  }

  #nextTurn(): void {
    this.#isArmed = false;
    const tasks = this.#waiting.splice(0, this.#tasksATurn);
    this.#left = this.#tasksATurn - tasks.length;
    if (tasks.length > 0) this.#arm();
    for (const task of tasks) task();
  }
}
