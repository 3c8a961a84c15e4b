/**
 * Loaded by mocha before the tests. An `after` hook trips over what a failed `before` hook never made, and its
 * TypeError would be the last thing one reads. It says nothing then: the failure that matters stands alone.
 */
import Mocha from 'mocha';

type Hook = (this: Mocha.Context) => unknown;

/** mocha keeps the hooks of a suite under these names, and marks those that failed. */
interface SuiteWithHooks {
  readonly _beforeAll: readonly { readonly state?: string }[];
  readonly _beforeEach: readonly { readonly state?: string }[];
  readonly parent?: SuiteWithHooks;
}

function hasFailedSetup(suite: SuiteWithHooks | undefined): boolean {
  if (suite === undefined) return false;
  const hooks = [...suite._beforeAll, ...suite._beforeEach];
  return hooks.some(({ state }) => state === 'failed') || hasFailedSetup(suite.parent);
}

function quietAfterFailedSetup(suite: Mocha.Suite, hook: Hook): Hook {
  return async function (this: Mocha.Context) {
    try {
      await hook.call(this);
    } catch (error) {
      if (!(error instanceof TypeError) || !hasFailedSetup(Object(suite))) throw error;
    }
  };
}

for (const name of ['afterAll', 'afterEach'] as const) {
  const add = Mocha.Suite.prototype[name];
  // Called as (title, hook) or as (hook).
  function addQuietly(this: Mocha.Suite, ...given: readonly unknown[]): Mocha.Suite {
    const quiet = given.map((one) => (typeof one === 'function' ? quietAfterFailedSetup(this, Object(one)) : one));
    return Reflect.apply(add, this, quiet);
  }
  Object.assign(Mocha.Suite.prototype, { [name]: addQuietly });
}
