import { randomBytes } from 'node:crypto';
import { HttpProblem, textField } from './http-reply';

export type Body = Readonly<Record<string, unknown>>;

/** What all objects of the HTTP API have; a company belongs to itself. */
export interface PlatformObject {
  readonly id: string;
  readonly companyId?: string;
}

/** One collection of the HTTP API, as the routes see it. */
export interface Collection {
  find(id: string): PlatformObject | undefined;
  /** The objects that every known list parameter of the query lets through. */
  list(query: URLSearchParams): PlatformObject[];
  /** Puts a whole object under an id, new or not; throws `HttpProblem` for a bad body. */
  put(id: string, body: Body): PlatformObject;
  /** Takes an object away and everything in it. */
  remove(object: PlatformObject): void;
}

interface CollectionParts<T extends PlatformObject> {
  readonly objects: Map<string, T>;
  /** List parameters and the field each one looks at. */
  readonly filters: Readonly<Record<string, (object: T) => string>>;
  /** What an object stands under; its id where this is left out. */
  readonly keyOf?: (object: T) => string;
  readonly make: (id: string, body: Body, present: T | undefined) => T;
  /** What is inside these objects, and the list parameter that finds it. */
  readonly children?: readonly { readonly collection: Collection; readonly filter: string }[];
}

export class ObjectCollection<T extends PlatformObject> implements Collection {
  readonly #parts: CollectionParts<T>;

  constructor(parts: CollectionParts<T>) {
    this.#parts = parts;
  }

  find(id: string): T | undefined {
    const { objects, keyOf } = this.#parts;
    return objects.get(id) ?? (keyOf && [...objects.values()].find((object) => object.id === id));
  }

  list(query: URLSearchParams): T[] {
    let objects = [...this.#parts.objects.values()];
    for (const [name, field] of Object.entries({ ids: (object: T) => object.id, ...this.#parts.filters })) {
      if (!query.has(name)) continue;
      const wanted = new Set(query.getAll(name));
      objects = objects.filter((object) => wanted.has(field(object)));
    }
    return objects;
  }

  put(id: string, body: Body): T {
    if (body.id !== undefined && body.id !== id) {
      throw new HttpProblem(400, 'The "id" in the body is not the one in the path');
    }
    const present = this.find(id);
    const object = this.#parts.make(id, body, present);
    const key = this.#keyOf(object);
    if (present !== undefined && this.#keyOf(present) !== key) this.remove(present);
    this.#parts.objects.set(key, object);
    return object;
  }

  remove(object: PlatformObject): void {
    for (const { collection, filter } of this.#parts.children ?? []) {
      for (const child of collection.list(new URLSearchParams({ [filter]: object.id }))) collection.remove(child);
    }
    const { objects } = this.#parts;
    const isUnderItsId = objects.get(object.id) === object;
    const key = isUnderItsId ? object.id : [...objects].find(([, one]) => one === object)?.[0];
    if (key !== undefined) objects.delete(key);
  }

  #keyOf(object: T): string {
    return this.#parts.keyOf?.(object) ?? object.id;
  }
}

/** An id as the platform makes them. */
export function newId(): string {
  return randomBytes(9).toString('base64url').replace(/[-_]/g, 'x').slice(0, 9);
}

/** `data` of a body: any object, `{}` where there is none, else 400. */
export function dataField(body: Body): object {
  const { data = {} } = body;
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    throw new HttpProblem(400, '"data" must be an object');
  }
  return data;
}

/**
 * The thing an object is in, from its body or as it was: 400 where it is missing or names nothing, 403 where it is
 * someone else's.
 */
export function parentField<T extends PlatformObject>(
  body: Body,
  name: string,
  present: string | undefined,
  parents: ReadonlyMap<string, T>,
  owns: (companyId: string) => boolean,
): T {
  const id = textField(body, name, present);
  const parent = parents.get(id);
  if (parent === undefined) throw new HttpProblem(400, id === '' ? `"${name}" is missing` : `"${name}" names nothing`);
  if (!owns(parent.companyId ?? parent.id)) throw new HttpProblem(403, 'You have no permission to do this');
  return parent;
}
