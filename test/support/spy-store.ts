import type { Store } from '../../src/app/ports.ts';

/** The store, with each query told before it is answered: what is thrown then breaks it. */
export const spyStore = (store: Store, told: (...query: Parameters<Store['find']>) => unknown): Store => ({
  ...store,
  find: (async (...query: Parameters<Store['find']>) => {
    await told(...query);
    return store.find(...query);
  }) as Store['find'],
});
