import type { MacAddress } from '../core/names/mac-address.ts';

/** Where one phone is, for `status`, `watch`, `wait` and progress. Derived from its record; nothing here is stored. */
export interface PhoneStatus {
  readonly mac: MacAddress;
  readonly label: string | null;
  readonly model: string | null;
  readonly target: string | null;
  /** What it is believed to run, in words. */
  readonly from: string | null;
  readonly state: string;
  readonly hop: number;
  readonly hops: number;
  /** Load of the present hop. */
  readonly load: string | null;
  /** When the present state began, milliseconds since the epoch. */
  readonly since: number | null;
  readonly deadlineAt: number | null;
  readonly code: string | null;
  readonly reason: string | null;
  readonly advice: string | null;
  readonly lastSeenAt: number | null;
  readonly isEnrolled: boolean;
}
