/** Where questions are put and ends are told, in the order they came. */
export interface TaskQueue {
  /** Runs the task now or later, after all that were given before; it must not throw. */
  run(task: () => void): void;
  /** Runs everything that waits, now. */
  flush(): void;
}
