export function sweep(folders: {
  readonly sources: string;
  readonly built: string;
  readonly startMs: number;
}): Promise<string[]>;
