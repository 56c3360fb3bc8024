/** Real time as the emulated phone sees it; a test puts its own in. */
export interface PhoneClock {
  /** Milliseconds since some fixed moment, never going back. */
  now(): number;
  /** Calls once after so many milliseconds; the answer takes the call back. */
  after(ms: number, call: () => void): () => void;
}

/** The clock of the machine. */
export const SYSTEM_CLOCK: PhoneClock = {
  now: () => performance.now(),
  after: (ms, call) => {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};
