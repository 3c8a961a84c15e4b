/** Who sent a message over Node-RED's comms. */
export interface CommsUser {
  readonly permissions?: unknown;
}

/**
 * Whether a user may, by Node-RED's own rule (`hasPermission` of its editor API, which nodes can't reach): `*` may all,
 * `read` and `*.read` all that ends in `read`, and so `write`; anything else is a permission by its name. Node-RED checks
 * none for what comes over its comms.
 *
 * @param user nobody, if nobody has to log in
 * @param guarded whether users have to log in at all (`adminAuth` of the settings)
 */
export function mayDo(user: CommsUser | null | undefined, permission: string, guarded: boolean): boolean {
  if (user === undefined || user === null) return !guarded;
  return [user.permissions].flat(2).some((scope) => scope === '*' || scope === permission || covers(scope, permission));
}

function covers(scope: unknown, permission: string): boolean {
  return ['read', 'write'].some(
    (right) =>
      (scope === right || scope === `*.${right}`) && (permission === right || permission.endsWith(`.${right}`)),
  );
}
