/**
 * How the places for sessions are shared out, so that no host and no account takes them all, and nobody is locked out
 * by sessions whose client is gone. Pure counting: the server closes and refuses.
 */

/** What counts of a session. */
export interface Place {
  /** Of the client, when the session was created. */
  readonly address: string;
  /** Of the log-in, in lower case; '' for an anonymous session, undefined before it is activated. */
  readonly account: string | undefined;
  /** Whether its secure channel is open. */
  readonly connected: boolean;
  /** ms */
  readonly since: number;
}

export interface SessionLimits {
  /** Of all. */
  readonly sessions: number;
  readonly sessionsPerAddress: number;
  /** 0 or absent: half of all. */
  readonly sessionsPerAccount?: number;
}

const LARGEST_RESERVE = 20;

/** Places that anonymous sessions never get: who has an account gets in while others only look. */
const reserveOf = (sessions: number): number => Math.min(LARGEST_RESERVE, Math.ceil(sessions / 10));

/** Places left to sessions that are not activated yet: a log-in cannot displace anything before. */
const logInsOf = (sessions: number): number => Math.ceil(sessions / 20);

/** Many machines may share an account, but one that went astray leaves room for the others. */
const perAccountOf = (sessions: number): number => Math.ceil(sessions / 2);

const oldest = <P extends Place>(places: readonly P[]): P | undefined =>
  [...places].sort((left, right) => left.since - right.since)[0];

/**
 * One more session for a client at the address: who it is shows when it is activated. Those that never are give way
 * to each other; OPC 10000-4, 5.7.2 has a server close the oldest of them.
 * @returns what is to be closed for it
 */
export const displacedByCreation = <P extends Place>(
  places: readonly P[],
  address: string,
  { sessionsPerAddress }: SessionLimits,
): P | undefined => {
  const waiting = places.filter(place => place.account === undefined && place.address === address);
  return waiting.length < sessionsPerAddress ? undefined : oldest(waiting);
};

type Newcomer = { readonly address: string; readonly account: string };

interface Limit<P> {
  readonly name: string;
  readonly places: readonly P[];
  readonly count: number;
}

const limitsFor = <P extends Place>(
  places: readonly P[],
  { address, account }: Newcomer,
  { sessions, sessionsPerAddress, sessionsPerAccount }: SessionLimits,
): readonly Limit<P>[] => {
  const active = places.filter(place => place.account !== undefined);
  const anonymous = active.filter(place => place.account === '');
  const at = (some: readonly P[]): readonly P[] => some.filter(place => place.address === address);
  const own: readonly Limit<P>[] =
    account === ''
      ? [
          {
            name: 'anonymous at the address',
            places: at(anonymous),
            count: sessionsPerAddress - reserveOf(sessionsPerAddress),
          },
          { name: 'anonymous', places: anonymous, count: sessions - reserveOf(sessions) },
        ]
      : [
          {
            name: 'account',
            places: active.filter(place => place.account === account),
            count: sessionsPerAccount || perAccountOf(sessions),
          },
        ];
  return [
    ...own,
    { name: 'address', places: at(active), count: sessionsPerAddress },
    { name: 'all', places: active, count: sessions - logInsOf(sessions) },
  ];
};

/**
 * The oldest whose client is gone: of the newcomer itself, then without an account, then, for who has an account,
 * any. A session with an open channel is never closed for another.
 */
const leastMissed = <P extends Place>(
  places: readonly P[],
  { address, account }: Newcomer,
): P | undefined => {
  const gone = places.filter(place => !place.connected);
  const anonymous = gone.filter(place => place.account === '');
  const own =
    account === ''
      ? anonymous.filter(place => place.address === address)
      : gone.filter(place => place.account === account);
  return oldest(own) ?? oldest(anonymous) ?? (account === '' ? undefined : oldest(gone));
};

export interface Admission<P> {
  readonly admitted: boolean;
  /** To be closed first, to make room. */
  readonly closed: readonly P[];
  /** The limit that keeps it out; '' when admitted. */
  readonly full: string;
}

/**
 * Whether one more session may be activated.
 * @param places without the session itself
 */
export const admitActivation = <P extends Place>(
  places: readonly P[],
  newcomer: Newcomer,
  limits: SessionLimits,
): Admission<P> => {
  const closed: P[] = [];
  for (const { name, places: rivals, count } of limitsFor(places, newcomer, limits)) {
    if (rivals.filter(rival => !closed.includes(rival)).length < count) continue;
    const one = leastMissed(rivals, newcomer);
    if (one === undefined) return { admitted: false, closed: [], full: name };
    closed.push(one);
  }
  return { admitted: true, closed, full: '' };
};
