/** The time as the platform sees it: this computer's clock, off by as much as the fault `clock-skew` says. */
export class PlatformClock {
  skewMs = 0;

  now(): number {
    return Date.now() + this.skewMs;
  }

  date(): Date {
    return new Date(this.now());
  }
}
