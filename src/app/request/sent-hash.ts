import type { Answer } from '../../core/answer/answer.ts';
import type { FirmwareIndex } from '../../core/firmware/package.ts';

/** The hash that a row about a firmware file bears: that of the bytes as they were verified, and as they are sent. */
export function sentHash(answer: Answer, index: FirmwareIndex): { readonly sha1?: string } {
  if (answer.kind !== 'file') return {};
  const pack = index.packages.find((one) => one.id === answer.package);
  const file = pack?.files.find((one) => one.name === answer.name && one.sizeBytes === answer.sizeBytes);
  return file === undefined || file.sha1 === null ? {} : { sha1: file.sha1 };
}
