import { type AccountUse, useAccount } from './account/use-account';
import type { Runtime, RuntimeNode } from './node-red';
import { type Reading, reading } from './options/option-reading';
import { notConfigured } from './status/status';
import { StatusLight } from './status/status-light';

/** A node's options and its account. */
export interface Equipment<Options> extends AccountUse {
  readonly options: Options;
}

/** A node that has been set up: what stands under it, and what it works with or why it can't. */
export interface SetUp<Options> {
  readonly light: StatusLight;
  readonly equipment: Reading<Equipment<Options>>;
}

/**
 * What every node of ours does first: reads its options and finds its account. Where that fails it is
 * `not configured`, with the reason in the log, and stays a node that can be sent to.
 */
export function setUp<Options>(
  RED: Runtime,
  node: RuntimeNode,
  savedAccount: unknown,
  readOptions: () => Options,
): SetUp<Options> {
  const light = new StatusLight(node);
  node.on('close', () => light.close());
  const equipment = equip(RED, node, savedAccount, readOptions);
  if (!equipment.ok) light.connection(notConfigured);
  return { light, equipment };
}

function equip<Options>(
  RED: Runtime,
  node: RuntimeNode,
  savedAccount: unknown,
  readOptions: () => Options,
): Reading<Equipment<Options>> {
  const options = reading(readOptions);
  if (!options.ok) {
    node.error(`Not configured: ${options.problem.message}`);
    return options;
  }
  const use = useAccount(RED, node, savedAccount);
  return use.ok ? { ok: true, value: { ...use.value, options: options.value } } : use;
}
