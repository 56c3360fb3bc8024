import type { RecordPlace } from '../../ports/record-rows.ts';

/** A place in the record as an SSE id: the numbers of the newest row of a phone and of the newest about all, such as `1204.7`. */
export function placeText({ phones, batch }: RecordPlace): string {
  return `${phones}.${batch}`;
}

/** Null when the text is no such place. */
export function placeOf(text: string): RecordPlace | null {
  const match = /^(\d{1,15})\.(\d{1,15})$/.exec(text);
  return match === null ? null : { phones: Number(match[1]), batch: Number(match[2]) };
}
