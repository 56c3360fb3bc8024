import type { Shown } from '../core/beside/redirect-place.ts';

/** What sends the questions of chosen phones, which they ask at port 69 of this machine, to a port of ours. */
export interface PortRedirect {
  /** Rejects with AppError `E_REDIRECT_REFUSED` where nothing can be redirected, as far as that can be known without doing it. */
  check(): Promise<void>;
  /**
   * Sends the questions of these phones here, and nobody else's, from now on and for `REDIRECT_LIFE_MS` unless it is said again. Rejects
   * with AppError `E_REDIRECT_REFUSED`; then what was said before runs out. It rejects with `E_FOLDER_LOST` where that will not mend itself. `onMissing` is called before something is laid anew that was laid and
   * is not there any more: the other server answered meanwhile.
   */
  direct(phones: Shown, onMissing?: () => void): Promise<void>;
  /** Has somebody told when what was laid is noticed to be gone; absent where nothing notices before `direct` looks. */
  readonly onGone?: (tell: () => void) => void;
  /** Takes away everything that was laid; never rejects. */
  end(): Promise<void>;
  /** What was laid, in words for somebody who looks for it. */
  readonly where: string;
}

/**
 * How long a redirect holds without being renewed, so that nothing is left of it soon after this process was killed: less than the 40 s
 * for which a phone repeats one question (invented).
 */
export const REDIRECT_LIFE_MS = 15_000;
