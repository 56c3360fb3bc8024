import { AppError } from '../core/errors.ts';
import type { TextOut } from './io.ts';
import { withDocPaths } from './output/doc-path.ts';
import { writeText } from './output/fit-text.ts';
import { paintFor } from './output/paint.ts';

/** A failure as every command says it on standard error: one sentence that ends in its code. */
export function errorLine(error: AppError): string {
  return withDocPaths(`loadstep: ${error.message.replace(/\.$/, '')} (${error.code})\n`);
}

/** Writes a failure, or a remark that begins with the name of the command: broken to the width of a terminal, and seen at once. */
export function writeRemark(err: TextOut, line: string): void {
  const paint = paintFor(err);
  writeText(
    err,
    line.replace(/^loadstep:/, (name) => paint('needs a hand', name)),
  );
}

/** A failure that a terminal shows already, with what to do about it; elsewhere it is still one sentence. */
export class ShownError extends AppError {
  constructor({ code, message }: AppError) {
    super(code, message);
  }
}
