import type { AppError } from '../core/errors.ts';

/** A failure as every command says it on standard error: one sentence that ends in its code. */
export function errorLine(error: AppError): string {
  return `loadstep: ${error.message.replace(/\.$/, '')} (${error.code})\n`;
}
