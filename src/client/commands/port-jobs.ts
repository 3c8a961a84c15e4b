/** Something that goes on at a port for longer than a publish: a fade, a look-up, a wait for confirmation. */
export interface PortJob {
  /** A newer command that sets these properties is being carried out. */
  superseded(properties: readonly string[]): void;
}

interface NumberedJob {
  readonly arrival: number;
  readonly job: PortJob;
}

/** What goes on at which port, and in which order the commands arrived, so that a newer one can end what is older. */
export class PortJobs {
  readonly #byTopic = new Map<string, Set<NumberedJob>>();
  #lastArrival = 0;

  /** A number for a command that has just arrived; later ones get higher numbers. */
  arrive(): number {
    this.#lastArrival += 1;
    return this.#lastArrival;
  }

  /** Lets a job be told of newer commands; the function returned ends that. */
  add(topic: string, arrival: number, job: PortJob): () => void {
    const entry = { arrival, job };
    const jobs = this.#byTopic.get(topic) ?? new Set();
    this.#byTopic.set(topic, jobs.add(entry));
    return () => {
      if (jobs.delete(entry) && jobs.size === 0) this.#byTopic.delete(topic);
    };
  }

  /** The command of this arrival number sets these properties: tells the jobs of those that arrived before it. */
  supersede(topic: string, arrival: number, properties: readonly string[]): void {
    for (const entry of this.#byTopic.get(topic) ?? []) {
      if (entry.arrival < arrival) entry.job.superseded(properties);
    }
  }
}
