/**
 * What the two halves of the sidebar say to each other. Ids and names are the platform's: any text. Times are ms since
 * 1970 by the clock of Node-RED's computer.
 */

/** Over Node-RED's comms, from the editor: `Look`. */
export const lookTopic = 'ochno/look';
/** Over Node-RED's comms, to the editors that look and to no other: `Told`. */
export const toldTopic = 'ochno/sidebar';
/** How often a look is renewed; one that is not ends after three times as long. */
export const lookEveryMs = 10_000;

/** A company as one account sees it. */
export interface CompanyKey {
  /** See `accountNodeOf`. */
  readonly account: string;
  readonly company: string;
}

/**
 * The id of the node in the flows that an account is of. In a subflow one node may be several accounts, by the environment
 * of each instance: their ids go on after a space, which ids of Node-RED do not have.
 */
export function accountNodeOf(account: string): string {
  return account.split(' ', 1)[0] ?? '';
}

export interface PortKey extends CompanyKey {
  readonly location: string;
  readonly hub: string;
  readonly port: string;
}

export interface Look {
  /** False ends it. */
  readonly looking: boolean;
  /** The companies whose events are wanted. */
  readonly companies: readonly CompanyKey[];
}

export type Told =
  | { readonly kind: 'not permitted' }
  /** After the first look, if that came in the midst of a deploy: what is told otherwise comes after it. */
  | { readonly kind: 'deploy under way' }
  /** After the first look, and whenever something of it changed. */
  | { readonly kind: 'accounts'; readonly now: number; readonly accounts: readonly AccountSummary[] }
  /** At most four times a second. */
  | { readonly kind: 'frames'; readonly frames: readonly Frame[] }
  /** Events of the company were missed or its lists may have changed: they are worth reading again. */
  | ({ readonly kind: 'stale' } & CompanyKey)
  /** Every two seconds. */
  | { readonly kind: 'health'; readonly now: number; readonly streams: readonly StreamHealth[] };

export interface Named {
  readonly id: string;
  readonly name: string;
}

/** Why something is not there: an error's code and its text, which holds no secret. */
export interface Failure {
  readonly code: string;
  readonly message: string;
}

export interface AccountSummary extends Named {
  /** Empty for none. */
  readonly defaultCompany: string;
  readonly companies:
    | { readonly state: 'loading' }
    | { readonly state: 'ok'; readonly list: readonly Named[] }
    | { readonly state: 'failed'; readonly failure: Failure };
  /** The connection of each company that is in use, and of the account as a whole under the empty id. */
  readonly connections: readonly ConnectionSummary[];
}

export interface ConnectionSummary {
  readonly company: string;
  /** A word of the status as the nodes show it, or `unused`. */
  readonly state: string;
  /** dns, refused, tls, … or what is not configured. */
  readonly detail: string;
}

/**
 * The lines of JSON that `GET ochno/building?account=…&company=…` answers with, each as soon as it is known: first what
 * the ports are in; then from when the ports are and how many, and the ports themselves, some in each line. `failed` is the
 * last line.
 */
export type CompanyLine =
  | { readonly line: 'layout'; readonly layout: CompanyLayout }
  | { readonly line: 'as of'; readonly now: number; readonly frame: number; readonly count: number }
  | { readonly line: 'ports'; readonly ports: readonly PortEntry[] }
  | { readonly line: 'failed'; readonly failure: Failure };

export interface CompanyLayout {
  readonly locations: readonly Named[];
  readonly floorPlans: readonly (Named & { readonly location: string })[];
  readonly hubs: readonly (Named & { readonly location: string; readonly floorPlan: string })[];
}

export interface PortEntry extends Named {
  readonly hub: string;
  readonly location: string;
  readonly floorPlan: string;
  /** When it was last heard from; 0 for never. */
  readonly heardAt: number;
  /** Its present state in the shape of its events: what has a path here has the same path in an event. */
  readonly state: unknown;
}

/** What changed in a company. Those of one company are numbered; what a `GET` answers holds all up to its number. */
export interface Frame extends CompanyKey {
  readonly frame: number;
  readonly changes: readonly PortChange[];
}

export interface PortChange {
  readonly location: string;
  readonly hub: string;
  readonly port: string;
  /** When it was last heard from. */
  readonly at: number;
  /** All that its events since the last frame changed, in the shape of one event. */
  readonly data: unknown;
}

/** How the stream of one company is doing, without a secret. Counters are since it was opened. */
export interface StreamHealth extends CompanyKey {
  readonly accountName: string;
  /** As in `ConnectionSummary`. */
  readonly state: string;
  readonly detail: string;
  /** Since when there has been a connection without interruption. */
  readonly connectedSince?: number;
  readonly credentialsEnd?: number;
  readonly renewals: number;
  readonly reconnects: number;
  readonly eventsPerSecond: number;
  /** Events a second over the last 24 hours, each the mean of a quarter of an hour, the oldest first. */
  readonly curve: readonly number[];
  /** Of the last 24 hours. */
  readonly gaps: readonly GapSummary[];
  /** What the account may do at the broker, as far as refusals have told. */
  readonly policy: {
    readonly sessions: boolean;
    readonly secondConnection: boolean;
    readonly refusedFilters: readonly string[];
  };
  readonly clockOffsetMs: number;
  readonly commands: { readonly sent: number; readonly waiting: number; readonly failed: number };
}

export interface GapSummary {
  readonly from: number;
  readonly to: number;
  /** `outage` or `rate`. */
  readonly reason: string;
}

/** The body of `POST ochno/act`. */
export type Act = { readonly address: PortKey } /** A lamp blinks three times and is what it was before. */ & (
  | { readonly act: 'identify' }
  | { readonly act: 'lamp'; readonly value: Readonly<Record<string, number>> }
  | { readonly act: 'device'; readonly value: Readonly<Record<string, unknown>> }
);

export type ActAnswer = { readonly state: 'ok' } | { readonly state: 'failed'; readonly failure: Failure };
