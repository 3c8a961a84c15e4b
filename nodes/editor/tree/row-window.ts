/** Which rows of a long list are worth drawing: those in sight and a few around them. */
export interface RowWindow {
  /** The first of them. */
  readonly from: number;
  /** One past the last. */
  readonly to: number;
}

/** Rows above and below those in sight, so that a short scroll shows no gap. */
const margin = 6;

/** @param height what is seen of the list, in px; 0 before it was laid out */
export function rowWindow(scrollTop: number, height: number, rowHeight: number, count: number): RowWindow {
  const first = Math.min(Math.floor(Math.max(0, scrollTop) / rowHeight), Math.max(0, count - 1));
  const inSight = Math.ceil((height || 300) / rowHeight) + 1;
  return { from: Math.max(0, first - margin), to: Math.min(count, first + inSight + margin) };
}

/** Where to scroll so that the row is whole in sight; the present place if it is already. */
export function scrollTopFor(at: number, scrollTop: number, height: number, rowHeight: number): number {
  const top = at * rowHeight;
  if (top < scrollTop) return top;
  return top + rowHeight > scrollTop + height ? top + rowHeight - height : scrollTop;
}
