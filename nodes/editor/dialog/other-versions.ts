import { isNewer, migrated, migrations, versionOf } from '../../versions';

/** What Node-RED saves of any node besides its options. */
const notOptions: ReadonlySet<string> = new Set(
  'id type z x y w h d g l wires info icon inputLabels outputLabels credentials'.split(' '),
);

/** Ids of nodes that were brought up to date and are not saved like that yet. */
const updated = new Set<string>();

/**
 * Brings nodes of a type that an older version saved up to date as they come into the editor, and keeps what a newer version
 * saved with a node. The editor takes over only the options that a type's defaults name: the next deploy would take all
 * others out of every flow, opened or not.
 */
export function followVersions(type: string, table = migrations): void {
  const defaults = RED.nodes.getType(type)?.defaults ?? {};
  const steps = table[type] ?? [];
  for (const { replaces } of steps) takeOver(defaults, replaces);
  RED.events.on('nodes:add', (node: EditorNode) => {
    if (node.type !== type) return;
    if (isNewer(node)) keepUnknown(node, defaults);
    else if (versionOf(node) <= steps.length) {
      const saved = Object.fromEntries(Object.keys(defaults).map((name) => [name, Reflect.get(node, name)]));
      const present = migrated(type, saved, table);
      for (const name of Object.keys(defaults)) Reflect.set(node, name, Reflect.get(present, name));
      updated.add(node.id);
    }
  });
}

/** To be called when a node is saved: whether that changes it, since it was brought up to date before. */
export function savesUpdate(id: string): boolean {
  return updated.delete(id);
}

type Defaults = Record<string, OptionDefinition<unknown>>;

/** A node without the option has it undefined, and is saved without it. */
function takeOver(defaults: Defaults, options: readonly string[]): void {
  for (const option of options) defaults[option] ??= { value: undefined };
}

function keepUnknown(node: EditorNode, defaults: Defaults): void {
  for (const [name, value] of Object.entries(asLoaded(node.id))) {
    if (notOptions.has(name) || Reflect.get(node, name) !== undefined) continue;
    takeOver(defaults, [name]);
    Reflect.set(node, name, value);
  }
}

const byId = new WeakMap<object, ReadonlyMap<string, object>>();

/** What the editor was given of a node when it loaded the flows; nothing for one that was added since. */
function asLoaded(id: string): object {
  const flows = RED.nodes.originalFlow() ?? [];
  const nodes = byId.get(flows) ?? new Map(flows.map((node) => [node.id, node]));
  byId.set(flows, nodes);
  return nodes.get(id) ?? {};
}
