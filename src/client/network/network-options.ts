/** How TLS to the platform is set up; what is absent is Node.js's own default. */
export interface TlsOptions {
  /** Authorities to trust in place of the built-in ones and those of NODE_EXTRA_CA_CERTS. */
  readonly ca?: string | Buffer | (string | Buffer)[];
  /** Certificate and key of this client, where the platform asks for one. */
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  readonly passphrase?: string;
  /** False accepts any certificate; for tests with a server of one's own only. */
  readonly rejectUnauthorized?: boolean;
  /** The name to ask for and to check the certificate against, where it is not the host's. */
  readonly servername?: string;
  readonly alpnProtocols?: string[];
}

/** How the network is reached, for REST and the stream alike. */
export interface NetworkOptions {
  readonly tls?: TlsOptions;
  /** Where HTTPS_PROXY, https_proxy, http_proxy, NO_PROXY and no_proxy are read. Default: `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}
