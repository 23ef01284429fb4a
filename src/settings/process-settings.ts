import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { loadSettings } from './load.ts';
import { type LoadedSettings, SettingsError } from './loaded-settings.ts';

/** Settings of this process: its environment over the `.env` of the working folder. */
export const loadProcessSettings = (): LoadedSettings =>
  loadSettings(process.env, existsSync('.env') ? parseEnv(readFileSync('.env', 'utf8')) : {});

/** The same for a command: faults go to the terminal, all at once, and end the process. */
export const loadSettingsOrExit = (): LoadedSettings => {
  try {
    return loadProcessSettings();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    console.error(`${error.message}\nNothing was started. 'npm run settings' shows every setting.`);
    process.exit(2);
  }
};
