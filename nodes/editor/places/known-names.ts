import { type PlaceIndex, portKey } from './place-index';

/** Names by kind and id, as learnt from the lists that dialogs read; a port's id is `<hub>/<port>`. */
export interface KnownNames {
  of(kind: 'company' | 'location' | 'hub' | 'hub-alone' | 'port', id: string): string | undefined;
}

/** The four nodes are four scripts; what one dialog learnt is to show in every node's label. */
const shared = Symbol.for('@ochno/node-red-ochno names');

function memory(): Map<string, string> {
  const present: unknown = Reflect.get(globalThis, shared);
  if (present instanceof Map) return present;
  const made = new Map<string, string>();
  Reflect.set(globalThis, shared, made);
  return made;
}

/** Kept only while the editor's page is open. */
export const knownNames: KnownNames = {
  of: (kind, id) => memory().get(`${kind}:${id}`),
};

/** Labels of our nodes are drawn again with what was learnt. */
function redrawLabels(): void {
  RED.nodes.eachNode((node) => {
    if (!node.type.startsWith('ochno-')) return;
    node.dirty = true;
    node.resize = true;
    // Of a node that was drawn the sheet keeps the left edge, which moves the place that is saved; else the middle.
    node.w = undefined;
  });
  RED.view.redraw();
}

const remembered = new WeakSet<PlaceIndex>();

export function rememberNames(index: PlaceIndex): void {
  if (remembered.has(index)) return;
  remembered.add(index);
  const names = memory();
  const { companies, locations, hubs, ports } = index.places;
  const learn = (key: string, name: string): void => void (name !== '' && names.set(key, name));
  for (const { id, name } of companies) learn(`company:${id}`, name);
  for (const one of locations) learn(`location:${one.id}`, one.name && index.distinctName(one));
  for (const hub of hubs) {
    learn(`hub:${hub.id}`, hub.name && index.distinctName(hub));
    learn(`hub-alone:${hub.id}`, hub.name);
  }
  for (const port of ports) learn(`port:${portKey(port)}`, port.name && index.distinctName(port));
  redrawLabels();
}
