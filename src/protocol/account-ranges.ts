/** What the options of an account that are numbers may be. */
export const accountRanges = {
  /** AWS IoT's own bounds are 30 and 1200 s; below 30 it counts 30, but our pings find a dead connection sooner. */
  keepalive: { least: 15, most: 1200, unit: 'seconds' },
  /** Ten bring a thousand messages a second; the limits of an AWS account as a whole are not far beyond. */
  connections: { least: 1, most: 10, unit: '', isWhole: true },
} as const;
