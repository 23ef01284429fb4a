import type { Dispatcher } from '../app/dispatch/create-dispatcher.ts';
import { OutcomeUnknown, type Store } from '../app/ports.ts';
import { Refusal } from '../domain/refusal.ts';

/** How often a store that failed is tried again, in ms. */
const PROBE_EVERY = 5000;

export interface StoreHealth {
  /** What keeps it from taking commits; '' when nothing does. */
  fault(): string;
  stop(): void;
}

/**
 * Watches the store's commits. After a failed one it tries a small one now and then, so that the fault is seen
 * to be over even when nobody submits.
 */
export const watchStore = <S extends Store>(
  store: S,
): { readonly store: S; readonly health: StoreHealth } => {
  let fault = '';
  let timer: NodeJS.Timeout | undefined;

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
    timer ??= setTimeout(() => void probe(), PROBE_EVERY).unref();
  };

  return {
    store: { ...store, transaction: watched },
    health: { fault: () => fault, stop: () => clearTimeout(timer) },
  };
};

/** Each part says `ok` or what is wrong with it. */
export const healthOf = (store: Pick<StoreHealth, 'fault'>, dispatcher: Pick<Dispatcher, 'working'>) => {
  const dispatch = dispatcher.working() ? '' : 'No look for waiting jobs went well for 30 s: see the log.';
  const fault = store.fault();
  return {
    ready: fault === '' && dispatch === '',
    checks: { store: fault || 'ok', dispatch: dispatch || 'ok' },
  };
};
