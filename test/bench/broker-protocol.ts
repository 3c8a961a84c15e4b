/** A company whose name ends so is connected over TLS, as AWS IoT has it. */
export const overTls = '-tls';

/** What the bench asks of the broker's process, and what that one answers. */
export type BrokerRequest =
  | {
      readonly ask: 'publish';
      readonly company: string;
      readonly topics: number;
      readonly count: number;
      readonly qos: 0 | 1;
      /** How many a second; as many as are taken where it is missing. */
      readonly perSecond?: number | undefined;
    }
  | { readonly ask: 'last SUBACK'; readonly company: string };

export type PublishRequest = Extract<BrokerRequest, { readonly ask: 'publish' }>;

export type BrokerAnswer =
  /** `authority` is what is to be trusted of the connections over TLS, PEM. */
  | { readonly tell: 'listening'; readonly port: number; readonly tcpPort: number; readonly authority: string }
  | { readonly tell: 'last SUBACK'; readonly atMs: number };
