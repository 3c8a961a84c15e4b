const idFields: ReadonlySet<string> = new Set(['id', 'companyId', 'locationId', 'floorPlanId', 'hubId', 'portId']);

export interface WireOptions {
  /** Ids of digits are written as numbers. */
  readonly numericIds: boolean;
  /** `hwId` and `serial` are written as numbers of 64 bits, more than a JavaScript number holds. */
  readonly wideNumbers: boolean;
}

/** How the platform writes JSON and reads it again. Inside, ids and wide numbers are always texts. */
export class WireFormat {
  readonly #options: WireOptions;

  constructor(options: WireOptions) {
    this.#options = options;
  }

  write(value: unknown): string {
    const { numericIds, wideNumbers } = this.#options;
    const text = JSON.stringify(value, (key, item: unknown) =>
      numericIds && idFields.has(key) && typeof item === 'string' && /^\d{1,15}$/.test(item) ? Number(item) : item,
    );
    return wideNumbers ? text.replace(/"(hwId|serial)":"(\d+)"/g, '"$1":$2') : text;
  }

  /** Throws a `SyntaxError` for what is not JSON. */
  read(text: string): unknown {
    const { numericIds, wideNumbers } = this.#options;
    const readable = wideNumbers ? text.replace(/"(hwId|serial)"\s*:\s*(\d+)/g, '"$1":"$2"') : text;
    return JSON.parse(readable, (key, item: unknown) =>
      numericIds && idFields.has(key) && typeof item === 'number' ? String(item) : item,
    );
  }
}
