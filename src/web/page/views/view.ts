import type { Alarm } from '../alarm.ts';
import type { Bench } from '../bench.ts';

/** What every view works with. */
export interface ViewParts {
  readonly bench: Bench;
  readonly alarm: Alarm;
}

/** What is shown below the top line. */
export interface View {
  readonly element: HTMLElement;
  /** Whether it takes the whole width. */
  readonly isWide?: boolean;
  /** Something is known that was not; `mac` is the phone of a new row. */
  update?(what: 'phones' | 'batch' | 'line' | 'row', mac?: string): void;
  /** A second has passed. */
  tick?(): void;
  /** Files were dropped on the page, beside the place that is meant for them. */
  drop?(files: FileList): void;
  close?(): void;
}
