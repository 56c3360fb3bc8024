import { type AppError, ERROR_CODES, type ErrorCode } from '../core/errors.ts';

/** An answer that says what went wrong (RFC 9457), with the same code as on the command line. */
export interface Problem {
  /** The code; `loadstep explain CODE` tells more. */
  readonly code: ErrorCode;
  readonly status: number;
  readonly title: string;
  /** One sentence with the way out. */
  readonly detail: string;
}

export const PROBLEM_TYPE = 'application/problem+json';

/** A refusal with the status that it leads to. */
export class WebRefusal extends Error {
  readonly code: ErrorCode;
  readonly status: number;

  constructor(status: number, code: ErrorCode, message: string) {
    super(message);
    this.name = 'WebRefusal';
    this.status = status;
    this.code = code;
  }
}

/** Codes whose status does not follow from the exit code. */
const STATUS: Partial<Readonly<Record<ErrorCode, number>>> = {
  E_BAD_USAGE: 400,
  E_DB_LOCKED: 503,
  E_DISK_FULL: 507,
  E_HELD: 409,
  E_SERVER_BUSY: 503,
  E_TIMEOUT: 504,
  E_WEB_REFUSED: 403,
};

/** 3 is a road that cannot be gone: the request is understood, and cannot be fulfilled. */
const OF_NO_PLAN = 422;
const UNEXPECTED = 500;

function statusOf(code: ErrorCode): number {
  return STATUS[code] ?? (ERROR_CODES[code] === 3 ? OF_NO_PLAN : UNEXPECTED);
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'The request is not understood',
  401: 'Who are you?',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Not this way',
  409: 'Not now',
  413: 'Too much',
  415: 'Another form is needed',
  422: 'It cannot be done',
  429: 'Too many tries',
  500: 'Something went wrong',
  503: 'Not at the moment',
  504: 'It took too long',
  507: 'The disk is full',
};

export function problem(status: number, code: ErrorCode, detail: string): Problem {
  return { code, status, title: TITLES[status] ?? TITLES[UNEXPECTED] ?? '', detail };
}

/**
 * What is told of an error. Errors of ours are told as they are; of an unexpected one nothing is told but that it is in the log, since it may
 * hold anything.
 */
export function problemOf(error: unknown): Problem {
  if (error instanceof WebRefusal) return problem(error.status, error.code, error.message);
  if (isAppError(error)) return problem(statusOf(error.code), error.code, error.message);
  const { statusCode, validation, message } = error as { statusCode?: number; validation?: unknown; message?: string };
  if (validation !== undefined) return problem(400, 'E_BAD_USAGE', String(message));
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return problem(statusCode, 'E_BAD_USAGE', String(message));
  }
  return problem(UNEXPECTED, 'E_DB_FAILED', 'the server met an error that nobody expected; its log tells more');
}

function isAppError(error: unknown): error is AppError {
  return error instanceof Error && error.name === 'AppError' && 'code' in error;
}

/** That nothing is known of a phone, in the words of the command line. */
export function unknownPhone(mac: string): WebRefusal {
  return new WebRefusal(404, 'E_BAD_USAGE', `nothing is known of ${mac}; GET /api/v1/phones shows all phones`);
}
