import type { HeardAt } from '../heard/heard.ts';
import type { ModelId } from '../names/family.ts';
import { modelOfVendorClass } from '../who/vendor-class.ts';

/** A DHCP vendor class, and where it was told last. */
export interface VendorClassTold {
  readonly text: string;
  readonly at: HeardAt;
}

/** A phone has one; more are of whatever else asked with its MAC (invented). */
const MOST = 4;

/** What DHCP was told as the vendor class of one phone, bounded. */
export class VendorClasses {
  #told: readonly VendorClassTold[] = [];

  note(text: string, at: HeardAt): void {
    const others = this.#told.filter((one) => one.text !== text);
    this.#told = [{ text, at }, ...others].slice(0, MOST);
  }

  /** Each text once, the one that was told last first. */
  get newestFirst(): readonly VendorClassTold[] {
    return this.#told;
  }

  /** Whether the one that was told last begins so. */
  begins(start: string): boolean {
    return this.#told[0]?.text.startsWith(start) === true;
  }
}

/** The text without the NUL that belongs to it, as a log shows it. */
export function textOf({ text }: VendorClassTold): string {
  return text.replace(/\0$/, '');
}

/** The model that it names; null where it names none that loadstep converts. */
export function modelTold(told: VendorClassTold): ModelId | null {
  return modelOfVendorClass(`${textOf(told)}\0`);
}
