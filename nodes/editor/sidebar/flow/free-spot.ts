/** A place on the sheet, in px of it. */
export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** The part of the sheet that is seen, in px of the sheet. */
export interface Seen extends Spot {
  readonly width: number;
  readonly height: number;
}

/** Nodes snap to it. */
const grid = 20;
/** From the middle of one node to that of another so that both are seen. */
const apart = { x: 160, y: 40 };

/** Where so many nodes in a column lie on no other: in the upper middle of what is seen, or below that. */
export function freeSpot(seen: Seen, taken: readonly Spot[], count: number): Spot {
  const x = snapped(seen.x + seen.width / 2);
  const column = taken.filter((spot) => Math.abs(spot.x - x) < apart.x).map((spot) => spot.y);
  let y = snapped(seen.y + seen.height / 3);
  const isTaken = (): boolean => column.some((other) => other > y - apart.y && other < y + count * apart.y);
  while (isTaken()) y += apart.y;
  return { x, y };
}

function snapped(px: number): number {
  return Math.round(px / grid) * grid;
}
