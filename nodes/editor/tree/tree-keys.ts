/** What matters to the keys of a row in a tree. */
interface KeyedRow {
  /** 1 for those at the root. */
  readonly depth: number;
  /** Undefined if there is nothing below it. */
  readonly expanded?: boolean | undefined;
}

/** To another row, or the present one is opened or closed. */
export type TreeMove = { readonly to: number } | { readonly expand: boolean };

/**
 * What a key does that moves about in a tree, as in WAI-ARIA's tree view pattern; `undefined` for any other key.
 *
 * @param at the row that has the keys
 * @param page how many rows Page Up and Page Down go
 */
export function treeMove(key: string, rows: readonly KeyedRow[], at: number, page: number): TreeMove | undefined {
  const expanded = rows[at]?.expanded;
  switch (key) {
    case 'ArrowDown':
      return { to: within(rows, at + 1) };
    case 'ArrowUp':
      return { to: within(rows, at - 1) };
    case 'PageDown':
      return { to: within(rows, at + page) };
    case 'PageUp':
      return { to: within(rows, at - page) };
    case 'Home':
      return { to: 0 };
    case 'End':
      return { to: within(rows, rows.length - 1) };
    case 'ArrowRight':
      if (expanded === undefined) return { to: at };
      return expanded ? { to: within(rows, at + 1) } : { expand: true };
    case 'ArrowLeft':
      return expanded === true ? { expand: false } : { to: parentOf(rows, at) };
    default:
      return undefined;
  }
}

function within(rows: readonly KeyedRow[], at: number): number {
  return Math.max(0, Math.min(at, rows.length - 1));
}

function parentOf(rows: readonly KeyedRow[], at: number): number {
  const depth = rows[at]?.depth ?? 0;
  let above = at - 1;
  while (above > 0 && (rows[above]?.depth ?? 0) >= depth) above -= 1;
  return Math.max(0, above);
}
