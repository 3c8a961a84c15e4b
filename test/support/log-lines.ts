import type { Logger } from '../../src/client/logger';

/** A logger that keeps its lines. */
export class LogLines implements Logger {
  readonly lines: { readonly level: 'info' | 'warn' | 'error' | 'debug'; readonly message: string }[] = [];

  info(message: string): void {
    this.lines.push({ level: 'info', message });
  }

  warn(message: string): void {
    this.lines.push({ level: 'warn', message });
  }

  error(message: string): void {
    this.lines.push({ level: 'error', message });
  }

  debug(message: string): void {
    this.lines.push({ level: 'debug', message });
  }

  at(level: 'info' | 'warn' | 'error' | 'debug'): readonly string[] {
    return this.lines.filter((line) => line.level === level).map(({ message }) => message);
  }
}
