import type { Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';

export const createUsernameOf =
  ({ store }: ApplicationDeps): Application['usernameOf'] =>
  async accountId =>
    accountId === '' ? '' : ((await store.get('accounts', accountId))?.username ?? '');
