import { Refusal } from '../domain/refusal.ts';
import type { Dispatcher } from './dispatch/dispatcher.ts';
import { type CentralStatus, OutcomeUnknown, type Store } from './ports.ts';

/** How often a store that failed is tried again, in ms. */
const PROBE_EVERY = 5000;

export interface StoreHealth {
  /** What keeps it from taking commits; '' when nothing does. */
  fault(): string;
  /** Stored data that cannot be read, and what to do; '' without any. */
  unreadable(): string;
}

/** A store that is open. */
interface OpenStore extends Store {
  close(): Promise<void>;
  /** What no later commit mends; '' without it. */
  fault(): string;
  unreadable(): string;
}

/**
 * Watches the store's commits. After a failed one it tries a small one now and then, so that the fault is seen
 * to be over even when nobody submits. Closing the store ends that.
 */
export const watchStore = <S extends OpenStore>(
  store: S,
  probeEvery = PROBE_EVERY,
): { readonly store: S; readonly health: StoreHealth } => {
  let fault = '';
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const watched: S['transaction'] = async work => {
    try {
      const committed = await store.transaction(work);
      if (committed.seq > 0) fault = '';
      return committed;
    } catch (error) {
      if (error instanceof OutcomeUnknown || (error instanceof Refusal && error.code === 'StorageFailed')) {
        fault = error.message;
        retryLater();
      }
      throw error;
    }
  };

  const probe = async (): Promise<void> => {
    timer = undefined;
    if (fault === '') return;
    await watched(async tx => {
      tx.put('counters', (await tx.get('counters', 'jobs')) ?? { id: 'jobs', last: 0 });
    }).catch(retryLater);
  };

  const retryLater = (): void => {
    if (!closed) timer ??= setTimeout(() => void probe(), probeEvery).unref();
  };

  const close = async (): Promise<void> => {
    closed = true;
    clearTimeout(timer);
    await store.close();
  };

  return {
    store: { ...store, transaction: watched, close },
    health: { fault: () => store.fault() || fault, unreadable: () => store.unreadable() },
  };
};

/** For the health page: '' without a central server. A central server that is away keeps nobody from printing. */
const centralCheck = ({ enabled, connected }: CentralStatus): string => {
  if (!enabled) return '';
  return connected ? 'ok' : 'The central server is not reached: it is tried again.';
};

/** Each part says `ok` or what is wrong with it. */
export const healthOf = (
  store: StoreHealth,
  dispatcher: Pick<Dispatcher, 'working'>,
  centralStatus: CentralStatus,
  /** What is wrong with the server's certificate; '' when nothing is. */
  certificate = '',
) => {
  const dispatch = dispatcher.working() ? '' : 'No look for waiting jobs went well for 30 s: see the log.';
  const fault = store.fault();
  const central = centralCheck(centralStatus);
  // It keeps nobody from printing either: taken for not ready, the server would be started again for nothing.
  const archive = store.unreadable();
  return {
    ready: fault === '' && dispatch === '',
    checks: {
      store: fault || 'ok',
      dispatch: dispatch || 'ok',
      ...(central && { central }),
      ...(archive && { archive }),
      ...(certificate && { certificate }),
    },
  };
};
