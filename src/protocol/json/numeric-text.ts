const decimal = /^[+-]?(?:\d+(?:\.\d+)?|\.\d+)$/;

/**
 * The number that a value means: a finite number itself, or text that writes one in decimals, such as `"40"`, `"21.0"`,
 * `" .5 "` or `"-3"`. Platforms and flows hand on numbers as text all the time. `undefined` for anything else, also for
 * `""`, `"0x10"`, `"1e1"`, `"5,5"` and `"50%"`.
 */
export function numberIn(value: unknown): number | undefined {
  if (typeof value === 'string') return decimal.test(value.trim()) ? finite(Number(value)) : undefined;
  return typeof value === 'number' ? finite(value) : undefined;
}

/** The sum turns -0 into 0. */
function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value + 0 : undefined;
}
