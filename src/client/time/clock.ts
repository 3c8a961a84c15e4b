/** The passing of time, handed in so that tests can turn hours into milliseconds. */
export interface Clock {
  /** Wall-clock time in ms since 1970. It may jump; use it for time stamps and signatures only. */
  now(): number;
  /** A count of ms that never jumps and keeps counting through wall-clock changes; use it for durations. */
  monotonicMs(): number;
  /** Calls `action` once after `delayMs`; the function returned cancels it. */
  after(delayMs: number, action: () => void): () => void;
}

/** `setTimeout` turns a longer delay into 1 ms, so a longer one is waited for in stretches. */
const longestTimerMs = 2 ** 31 - 1;

/** The clock of this computer. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, action) {
    let timer: NodeJS.Timeout;
    const wait = (remainingMs: number): void => {
      timer =
        remainingMs > longestTimerMs
          ? setTimeout(() => wait(remainingMs - longestTimerMs), longestTimerMs)
          : setTimeout(action, Math.max(0, remainingMs));
    };
    wait(delayMs);
    return () => clearTimeout(timer);
  },
};
