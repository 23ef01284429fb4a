import { definitionOf, settingNames } from './definitions.ts';
import type { SettingsReading } from './loaded-settings.ts';

/** What an operator should know of those settings that are valid, and of names that are none. */
export const notesOn = ({
  valid,
  sources,
  dotenv,
}: Pick<SettingsReading, 'valid' | 'sources' | 'dotenv'>): string[] => {
  const notes: string[] = [];
  const known = new Set<string>(settingNames.flatMap(name => [name, definitionOf(name).alias ?? name]));
  for (const key of Object.keys(dotenv)) {
    if (!known.has(key)) notes.push(`.env: ${key} is no setting of this server and has no effect.`);
  }
  if (valid.DATABASE_URL?.kind === 'memory') {
    notes.push(
      'DATABASE_URL: the store is in memory; every job is lost at exit. Give a folder for real use.',
    );
  }
  if (sources.ORDER_FETCHER_INTERVAL !== 'default' && valid.ORDER_SOURCE_URL === '') {
    notes.push('ORDER_FETCHER_INTERVAL has no effect without ORDER_SOURCE_URL.');
  }
  if ((valid.ORDER_SOURCE_URL ?? '') !== '') {
    notes.push('ORDER_SOURCE_URL: fetching of orders is not part of this version; nothing is fetched.');
  }
  if (valid.OPCUA_SERVER_URL === '') {
    notes.push('OPCUA_SERVER_URL is empty: no central server is kept up to date.');
  }
  return notes;
};
