import { type FaultName, faultTable } from './fault-table';

/** A fault that is on: its argument, taken apart. */
interface ActiveFault {
  readonly value: string;
  readonly path: string | undefined;
  remaining: number;
}

function isFaultName(name: string): name is FaultName {
  return Object.hasOwn(faultTable, name);
}

/** Reads `value;times=n;path=text`; `true` is an empty value. */
function readArgument(argument: true | string | number): ActiveFault {
  const parts = argument === true ? [] : String(argument).split(';');
  const limits = new Map(parts.filter((part) => /^(times|path)=/.test(part)).map((part) => splitOnce(part, '=')));
  const value = parts.filter((part) => !/^(times|path)=/.test(part)).join(';');
  const times = limits.get('times');
  return { value, path: limits.get('path'), remaining: times === undefined ? Number.POSITIVE_INFINITY : Number(times) };
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}

/** The switches that make the platform misbehave. */
export class Faults {
  readonly #active = new Map<FaultName, ActiveFault>();
  readonly #listeners: ((name: FaultName, value: string | undefined) => void)[] = [];

  /** Called after a fault was switched: with its value, or undefined when it went off. */
  onSwitch(listener: (name: FaultName, value: string | undefined) => void): void {
    this.#listeners.push(listener);
  }

  /** Switches a fault; throws for a name that is not in the table. */
  set(name: string, argument: boolean | string | number = true): void {
    if (!isFaultName(name)) {
      throw new Error(`There is no fault "${name}". Known are: ${Object.keys(faultTable).join(', ')}`);
    }
    const fault = argument === false ? undefined : readArgument(argument);
    if (fault === undefined) this.#active.delete(name);
    else this.#active.set(name, fault);
    for (const listener of this.#listeners) listener(name, fault?.value);
  }

  /** Switches a fault given as on the command line: `name` or `name=argument`. */
  setByText(text: string): void {
    const [name, argument] = splitOnce(text, '=');
    this.set(name, argument === '' ? true : argument);
  }

  isOn(name: FaultName): boolean {
    return this.#active.has(name);
  }

  /** The fault's value if it strikes now (and one of its times is used up), else undefined. */
  strike(name: FaultName, path = ''): string | undefined {
    const fault = this.#active.get(name);
    if (fault === undefined || (fault.path !== undefined && !path.includes(fault.path))) return undefined;
    return this.#use(name, fault);
  }

  /** The same for a number, with what is meant where none was given. */
  strikeNumber(name: FaultName, usual: number, path = ''): number | undefined {
    const value = this.strike(name, path);
    if (value === undefined) return undefined;
    return value === '' ? usual : Number(value);
  }

  /** Whether a fault whose value is a text strikes one of these. */
  strikesText(name: FaultName, texts: readonly string[]): boolean {
    const fault = this.#active.get(name);
    if (fault === undefined || !texts.some((text) => text.includes(fault.value))) return false;
    return this.#use(name, fault) !== undefined;
  }

  /** The number a fault is on with, though it does not strike now; undefined where it is off. */
  number(name: FaultName, usual: number): number | undefined {
    const value = this.#active.get(name)?.value;
    if (value === undefined) return undefined;
    return value === '' ? usual : Number(value);
  }

  #use(name: FaultName, fault: ActiveFault): string {
    fault.remaining--;
    if (fault.remaining <= 0) this.#active.delete(name);
    return fault.value;
  }
}
