import type { OchnoAccount } from '../../../src/client/ochno-account';

/** What the nodes use of an account's client: all that is public of it. */
export type Account = Pick<OchnoAccount, keyof OchnoAccount>;
