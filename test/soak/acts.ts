import { setTimeout as delay } from 'node:timers/promises';
import type { StreamPolicy } from '../simulator';
import type { Mosquitto } from '../support/mosquitto';
import type { TcpProxy } from '../support/tcp-proxy';
import type { MovingAccount } from './moving-account';
import type { StormClock } from './storm-clock';
import { company, type World } from './world';

/** What an act can lay its hands on. */
export interface Theatre {
  readonly world: World;
  readonly mosquitto: Mosquitto;
  /** Between the account and the gateway. */
  readonly proxy: TcpProxy;
  /** A Node-RED beside the storm, of which nothing but the account's scope changes. */
  readonly moving: MovingAccount;
  readonly clock: StormClock;
  readonly random: () => number;
}

/** Something that happens to a stream in the course of its life. Leaves everything as it was, but for what it broke. */
export type Act = (theatre: Theatre) => Promise<void>;

function between({ random }: Theatre, least: number, most: number): number {
  return least + random() * (most - least);
}

/** A toxic on every connection for a while. */
function poisoned(toxics: Parameters<TcpProxy['poison']>[0], leastMs: number, mostMs: number): Act {
  return async (theatre) => {
    theatre.proxy.poison(toxics);
    await delay(between(theatre, leastMs, mostMs));
    theatre.proxy.heal();
  };
}

/** A fault of the platform for a while. */
function faulty(name: string, value: boolean | string | number, leastMs: number, mostMs: number): Act {
  return async (theatre) => {
    const { simulator } = theatre.world;
    simulator.fault(name, value);
    await delay(between(theatre, leastMs, mostMs));
    simulator.fault(name, false);
  };
}

/** The publisher waits meanwhile: what it sent again after a restart would be doubled by its own hand. */
async function restartBroker({ world, mosquitto }: Theatre, forget: boolean): Promise<void> {
  await world.publisher.stop();
  if (forget) world.kept.destroyed();
  await mosquitto.restart({ forget });
  if (forget) world.kept.destroyed();
  world.publisher.start();
}

const refusals = ['close', 'code', '403'] as const;

/** A policy for a while. */
function permitting(policy: StreamPolicy, leastMs: number, mostMs: number): Act {
  return async (theatre) => {
    const { simulator } = theatre.world;
    const refusal = refusals[Math.floor(theatre.random() * refusals.length)];
    simulator.permit({ ...policy, refusal });
    await delay(between(theatre, leastMs, mostMs));
    const usual = Object.fromEntries(Object.keys(policy).map((name) => [name, undefined]));
    simulator.permit({ ...usual, refusal: undefined });
  };
}

/** An act in which the broker may refuse one connection beside others. */
function refusing(act: Act): Act {
  return async (theatre) => {
    const { kept } = theatre.world;
    kept.refuses();
    await act(theatre);
    kept.permitsAgain();
  };
}

const narrow = permitting({ subscribe: [`/ports/${company}/loc*`] }, 1_000, 5_000);
const withoutSessions = permitting({ persistentSessions: false }, 2_000, 8_000);

/** The acts by name, with how often each comes up among the others. */
export const acts: Readonly<Record<string, { readonly weight: number; readonly act: Act }>> = {
  reset: { weight: 6, act: async ({ proxy }) => proxy.cut('reset') },
  'orderly end': { weight: 3, act: async ({ proxy }) => proxy.cut('end') },
  'gateways restart one after another': { weight: 3, act: faulty('gateway-restarts', 2, 5_000, 10_000) },
  'black hole': { weight: 4, act: poisoned({ blackHole: true }, 300, 3_000) },
  'connection goes deaf': {
    weight: 3,
    act: async ({ proxy }) => {
      for (const connection of proxy.connections) connection.poison({ blackHole: true });
    },
  },
  'slow line': { weight: 2, act: poisoned({ delayMs: 300 }, 500, 3_000) },
  'thin line': { weight: 2, act: poisoned({ bytesPerSecond: 20_000 }, 500, 2_000) },
  slices: { weight: 1, act: poisoned({ sliceBytes: 1 }, 200, 500) },
  'no network': {
    weight: 2,
    act: async (theatre) => {
      await theatre.proxy.refuse();
      theatre.proxy.cut('reset');
      await delay(between(theatre, 200, 3_000));
      await theatre.proxy.accept();
    },
  },
  'broker restart': { weight: 2, act: (theatre) => restartBroker(theatre, false) },
  'broker restart, sessions lost': { weight: 1, act: (theatre) => restartBroker(theatre, true) },
  redeploy: { weight: 4, act: (theatre) => theatre.world.redeploy(between(theatre, 0, 1_500)) },
  'account moves to another scope': { weight: 3, act: ({ moving }) => moving.move() },
  'clock jump': {
    weight: 2,
    act: async (theatre) => {
      theatre.clock.set(Math.round(between(theatre, -10, 10)) * 60_000);
      theatre.world.log.beginAnew();
    },
  },
  flood: { weight: 3, act: async ({ world }) => world.publisher.burst(1_500) },
  'token revoked': { weight: 1, act: async ({ world }) => world.simulator.revokeTokens() },
  'platform down': { weight: 2, act: faulty('iot-access-error', 503, 500, 3_000) },
  'gateway down': { weight: 2, act: faulty('upgrade-error', 503, 500, 3_000) },
  'a CDN answers': { weight: 2, act: faulty('cdn-page', '503', 500, 3_000) },
  'a CDN forbids the stream': { weight: 1, act: refusing(faulty('cdn-page', '403;path=/mqtt', 500, 3_000)) },
  'one connection permitted': { weight: 2, act: refusing(permitting({ connections: 1 }, 4_000, 12_000)) },
  'a subscriber too wide for the policy': {
    weight: 2,
    act: async (theatre) => {
      const end = theatre.world.alsoWantEverything();
      await narrow(theatre);
      end();
    },
  },
  'no sessions permitted': {
    weight: 1,
    act: async (theatre) => {
      theatre.world.kept.keepsNothing();
      await withoutSessions(theatre);
    },
  },
  'retained events': { weight: 3, act: ({ world }) => world.publishRetained() },
  'subscriptions slow': { weight: 1, act: faulty('slow-suback', 500, 500, 3_000) },
  'events join': { weight: 1, act: faulty('join-frames', 20, 500, 3_000) },
};

const names = Object.keys(acts);
const allWeights = Object.values(acts).reduce((sum, { weight }) => sum + weight, 0);

/** Of each kind there is one act at a time: there is one broker, whose restart the publisher has to wait for, and one policy. */
const oneAtATime = [/^broker|^flood|^retained/, /permitted|policy/, /CDN/];

/** Deals the acts: each of them once first, in an order of its own, and then the heavy ones more often. */
export class ActDealer {
  readonly #random: () => number;
  readonly #fresh: string[];

  constructor(random: () => number) {
    this.#random = random;
    this.#fresh = shuffled(names, random);
  }

  /** The acts of one moment: mostly one, sometimes two at once. */
  next(): readonly string[] {
    const first = this.#fresh.pop() ?? this.#weighted();
    const second = this.#random() < 0.25 ? this.#weighted() : first;
    const isOne = second === first || oneAtATime.some((kind) => kind.test(first) && kind.test(second));
    return isOne ? [first] : [first, second];
  }

  #weighted(): string {
    let left = this.#random() * allWeights;
    for (const name of names) {
      left -= acts[name]?.weight ?? 0;
      if (left < 0) return name;
    }
    return names[0] ?? '';
  }
}

function shuffled(items: readonly string[], random: () => number): string[] {
  const keyed = items.map((item) => ({ item, key: random() }));
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}
