/**
 * How the places for sessions are shared out, so that no host and no account takes them all. Pure counting: the
 * server closes and refuses.
 */

/** What counts of a session. */
export interface Place {
  /** Of the client, when the session was created. */
  readonly address: string;
  /** Of the log-in, in lower case; '' for an anonymous session, undefined before it is activated. */
  readonly account: string | undefined;
  /** Whether a client is connected to it. */
  readonly connected: boolean;
  /** ms */
  readonly since: number;
}

export interface SessionLimits {
  /** Of all. */
  readonly sessions: number;
  readonly sessionsPerAddress: number;
}

const LARGEST_RESERVE = 20;

/** Places that anonymous sessions never get: who has an account gets in while others only look. */
const reserveOf = (sessions: number): number => Math.min(LARGEST_RESERVE, Math.ceil(sessions / 10));

/** Many machines may share an account, but one that went astray leaves room for the others. */
const perAccountOf = (sessions: number): number => Math.ceil(sessions / 2);

/**
 * The oldest of those that nobody would miss: not activated yet, or left by its client without a word.
 * OPC 10000-4, 5.7.2 has a server that is full close the oldest session that is not activated.
 */
const leastMissed = <P extends Place>(places: readonly P[]): P | undefined =>
  places
    .filter(({ account, connected }) => account === undefined || !connected)
    .sort((left, right) => left.since - right.since)[0];

export interface Verdict<P> {
  readonly admitted: boolean;
  /** To be closed first, to make room. */
  readonly closed: P | undefined;
}

const judge = <P extends Place>(rivals: readonly P[], limit: number): Verdict<P> => {
  if (rivals.length < limit) return { admitted: true, closed: undefined };
  const closed = leastMissed(rivals);
  return { admitted: closed !== undefined, closed };
};

/** Whether a client at the address may create one more session. */
export const admitAddress = <P extends Place>(
  places: readonly P[],
  address: string,
  { sessionsPerAddress }: SessionLimits,
): Verdict<P> =>
  judge(
    places.filter(place => place.address === address),
    sessionsPerAddress,
  );

/**
 * Whether one more session may be activated.
 * @param places without the session itself
 * @param account as in `Place`
 */
export const admitAccount = <P extends Place>(
  places: readonly P[],
  account: string,
  { sessions }: SessionLimits,
): Verdict<P> =>
  judge(
    places.filter(place => place.account === account),
    account === '' ? sessions - reserveOf(sessions) : perAccountOf(sessions),
  );
