/**
 * What the option `version` of a saved node means. Every node saves the version of the options it was saved with; 1 is the
 * first. Options are added without a new one, with a default that keeps what older flows mean. A version is only for what
 * an addition can't do, such as an option that is split in two: it comes with a migration, so that a flow of any age works
 * as it was meant, whether or not it was opened and saved since. A node that a newer version saved works as far as this one
 * knows its options, and says so.
 */

/** The version that this package saves. */
export const currentVersion = 1;

/** What is known of any saved node. */
interface Versioned {
  readonly version?: unknown;
}

/** Turns the options of one version into those of the next. */
export interface Migration {
  /** Options that the next version has no more. */
  readonly replaces: readonly string[];
  migrate(options: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
}

/** By node type: the first migrates from version 1 to 2, the next from 2 to 3, and so on. None was needed yet. */
export const migrations: Readonly<Record<string, readonly Migration[]>> = {};

/** The version a node was saved with; a node without one that can be read is of the first. */
export function versionOf({ version }: Versioned): number {
  const number = Number(version);
  return Number.isInteger(number) && number >= 1 ? number : 1;
}

/** Whether a newer package saved the node: it may hold options that this one does not know. */
export function isNewer(saved: Versioned, known = currentVersion): boolean {
  return versionOf(saved) > known;
}

/** What the log says of such a node, an account included. */
export function newerWarning(saved: Versioned): string {
  return (
    `A newer version of this package saved this node (options of version ${versionOf(saved)}; this one knows ${currentVersion}). ` +
    'It works without the options that are not known here: update the package to have them.'
  );
}

/**
 * A node's options as this version has them, whatever version saved them. Those of a newer one are returned as they are.
 *
 * @param type the node's type, e.g. `ochno-port-in`
 */
export function migrated<Saved extends Versioned>(type: string, saved: Saved, table = migrations): Saved {
  const version = versionOf(saved);
  const steps = (table[type] ?? []).slice(version - 1);
  if (steps.length === 0) return saved;
  const older: Readonly<Record<string, unknown>> = Object.fromEntries(Object.entries(saved));
  const newest = steps.reduce((options, step) => step.migrate(options), older);
  // The last migration gives what this version saves; every option is read with care all the same.
  return { ...newest, version: version + steps.length } as unknown as Saved;
}
