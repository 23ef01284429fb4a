/** Intervals are in ms. */
export interface CentralSettings {
  /** Endpoint of the lab's central server; the security policy is None. */
  readonly url: string;
  /** URI of the namespace that its printers are in. */
  readonly namespace: string;
  /** Anonymous without. On a None channel the password is as safe as the server's token policy makes it. */
  readonly username?: string;
  readonly password?: string;
  /** How often changed values are looked for: 500. */
  readonly cycleInterval?: number;
  /** How often everything is written, changed or not: 60 000. */
  readonly refreshInterval?: number;
  /** For every answer: 10 000. */
  readonly timeout?: number;
  /** A printer that was read longer ago is told as Offline; at least some worker intervals: 60 000. */
  readonly staleAfter?: number;
  /** First and longest delay between two connection attempts: 1000 and 30 000. */
  readonly backOffFirst?: number;
  readonly backOffLast?: number;
}

export const centralDefaults = {
  cycleInterval: 500,
  refreshInterval: 60_000,
  timeout: 10_000,
  staleAfter: 60_000,
  backOffFirst: 1000,
  backOffLast: 30_000,
} as const;

export type CompleteCentralSettings = CentralSettings &
  Required<Pick<CentralSettings, keyof typeof centralDefaults>>;
