/** Intervals are in ms. */
export interface CentralSettings {
  /** Endpoint of the lab's central server; the security policy is None. */
  readonly url: string;
  /** URI of the namespace that its printers are in. */
  readonly namespace: string;
  /** Anonymous without. On a None channel the password is as safe as the server's token policy makes it. */
  readonly username?: string;
  readonly password?: string;
  /** How often everything is written, changed or not. */
  readonly refreshInterval: number;
  /** A printer that was read longer ago is told as Offline; at least some worker intervals. */
  readonly staleAfter: number;
  /** How often changed values are looked for: 500. */
  readonly cycleInterval?: number;
  /** For every answer: 10 000. */
  readonly timeout?: number;
  /** First and longest delay between two connection attempts: 1000 and 30 000. */
  readonly backOffFirst?: number;
  readonly backOffLast?: number;
}

/** Of what no operator has to set. */
export const centralDefaults = {
  cycleInterval: 500,
  timeout: 10_000,
  backOffFirst: 1000,
  backOffLast: 30_000,
} as const;

export type CompleteCentralSettings = CentralSettings &
  Required<Pick<CentralSettings, keyof typeof centralDefaults>>;
