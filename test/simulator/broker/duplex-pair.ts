import { Duplex } from 'node:stream';

/** One end of a pipe within this process: what is written here is read there; when one end is gone, so is the other. */
class PipeEnd extends Duplex {
  other: PipeEnd | undefined;

  override _read(): void {
    // Chunks are pushed as they come.
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    if (this.other?.readableEnded === false && !this.other.destroyed) this.other.push(chunk);
    done();
  }

  /** A packet is written in pieces; it arrives in one. */
  override _writev(chunks: readonly { readonly chunk: Buffer }[], done: () => void): void {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), 'buffer', done);
  }

  override _final(done: () => void): void {
    if (this.other?.destroyed === false) this.other.push(null);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.other?.destroy();
    done(error);
  }
}

/** Two ends of a pipe without a limit of its own. */
export function duplexPair(): readonly [Duplex, Duplex] {
  const near = new PipeEnd();
  const far = new PipeEnd();
  near.other = far;
  far.other = near;
  return [near, far];
}
