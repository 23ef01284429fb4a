import type { Printer } from './printer.ts';

/** All that decides how a printer is reached. */
export type Connection = Pick<Printer, 'api' | 'url' | 'apiKey' | 'username'>;

/** Equal for the same connection; holds the key, so it is as secret. */
export const connectionOf = ({ api, url, apiKey, username }: Connection): string =>
  JSON.stringify([api, url, apiKey, username ?? '']);

/** Who answers over another connection, or whether anybody does, only a look tells. */
export const isSameConnection = (before: Connection, after: Connection): boolean =>
  connectionOf(before) === connectionOf(after);
