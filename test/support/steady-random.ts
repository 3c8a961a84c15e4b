/** What one step in a client id's six digits of base 36 takes. */
const step = 36 ** -6;

/**
 * Random numbers that are all about the same, so that waits are as long as a test wants them, and no two of which are equal:
 * client ids are made of them, and one that is used twice is taken over by its second user.
 */
export function steadyRandom(about: number): () => number {
  let drawn = 0;
  return () => {
    drawn += 1;
    return about + (drawn - 0.5) * step;
  };
}
