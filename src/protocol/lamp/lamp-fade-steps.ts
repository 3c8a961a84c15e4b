import type { LampFields } from './lamp';

/** Least time between two steps: with it no second, however it is cut, holds more than ten. */
const shortestStepMs = 110;

/** The fields a fade moves step by step; the others are set at once. */
export type FadedFields = Pick<LampFields, 'level' | 'temp'>;

/** The values a fade from `start` to `target` has after `share` (0–1) of its time: linear, and whole numbers. */
export function fadeStep(start: FadedFields, target: FadedFields, share: number): FadedFields {
  const between = (from: number | undefined, to: number | undefined): number | undefined =>
    from === undefined || to === undefined ? undefined : Math.round(from + (to - from) * share);
  const level = between(start.level, target.level);
  const temp = between(start.temp, target.temp);
  return { ...(level === undefined ? {} : { level }), ...(temp === undefined ? {} : { temp }) };
}

/** How far apart the steps of a fade are: often enough for every whole number on the way, but at most ten a second. */
export function fadeStepEveryMs(start: FadedFields, target: FadedFields, transitionMs: number): number {
  const change = (from: number | undefined, to: number | undefined): number => Math.abs((to ?? 0) - (from ?? to ?? 0));
  const largestChange = Math.max(change(start.level, target.level), change(start.temp, target.temp), 1);
  return Math.max(shortestStepMs, transitionMs / largestChange);
}

/** How long to wait for the next step when `remainingMs` of the fade are left: the last one falls on its end. */
export function nextFadeStepMs(remainingMs: number, everyMs: number): number {
  return remainingMs / Math.max(1, Math.floor(remainingMs / everyMs));
}
