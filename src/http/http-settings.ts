import type { UploadLimits } from './body/upload-places.ts';
import type { UploadPace } from './body/upload-watch.ts';

export interface HttpSettings {
  /** Address to listen on. */
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly maxUploadBytes: number;
  /** Session cookies travel over HTTPS alone: set it behind a proxy that ends TLS. */
  readonly cookieSecure: boolean;
  /** Whether X-Forwarded-* of a proxy in front are believed; its connections are not limited as one client's. */
  readonly trustProxy: boolean;
  /** Open connections in all, and of one client's address. */
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
  /** ms for the head of a request, or for sending anything at all. */
  readonly headersTimeout: number;
  /** ms without a byte in either direction, during a request. */
  readonly silenceTimeout: number;
  readonly uploads: UploadLimits;
  readonly uploadPace: UploadPace;
}
