const mostShown = 300;
/** Longer payloads are not looked into. */
const mostRead = 10_000;

function cut(text: string): string {
  return text.length > mostShown ? `${text.slice(0, mostShown)}…` : text;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The `data` of an envelope, where there is that; but for the port's id, and that it is connected if more is said. */
function gistOf(text: string): string {
  if (text.length > mostRead) return text;
  try {
    const message: unknown = JSON.parse(text);
    const data: unknown = isObject(message) && 'data' in message ? message.data : undefined;
    if (!isObject(data)) return text;
    const told = Object.entries(data).filter(([name]) => name !== 'portId');
    const news = told.filter(([name, value]) => name !== 'connected' || value !== true);
    return JSON.stringify(Object.fromEntries(news.length > 0 ? news : told));
  } catch {
    // Not JSON: shown as it is.
    return text;
  }
}

/** A payload short enough to be shown, and its gist. */
export function shorten(payload: string | Buffer): { readonly payload: string; readonly gist: string } {
  const text = typeof payload === 'string' ? payload : payload.subarray(0, mostRead + 1).toString();
  return { payload: cut(text), gist: cut(gistOf(text)) };
}
