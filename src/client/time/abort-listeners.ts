const listenersOf = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls `listener` once when the signal aborts (at once if it already has); the function returned ends that.
 * However many listen, the signal itself sees one: Node.js warns of a leak at the eleventh and grows slower with each.
 */
export function onAbort(signal: AbortSignal | undefined, listener: () => void): () => void {
  if (signal === undefined) return () => undefined;
  if (signal.aborted) {
    listener();
    return () => undefined;
  }
  const listeners = listenersOf.get(signal) ?? new Set();
  listenersOf.set(signal, listeners);
  if (listeners.size === 0) signal.addEventListener('abort', announce, { once: true });
  // A wrapper of its own, so that one function may listen twice.
  const entry = (): void => listener();
  listeners.add(entry);
  return () => {
    if (listeners.delete(entry) && listeners.size === 0) signal.removeEventListener('abort', announce);
  };
}

function announce(this: AbortSignal): void {
  const listeners = listenersOf.get(this);
  listenersOf.delete(this);
  for (const listener of listeners ?? []) listener();
}
