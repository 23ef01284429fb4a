export interface HttpSettings {
  /** Address to listen on. */
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly maxUploadBytes: number;
  /** Session cookies travel over HTTPS alone: set it behind a proxy that ends TLS. */
  readonly cookieSecure: boolean;
  /** Whether X-Forwarded-* of a proxy in front are believed. */
  readonly trustProxy: boolean;
  /** How long an upload may stand still. */
  readonly uploadIdleMs: number;
}
