import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { envFileFaults } from './env-file.ts';
import { readSettings, settingsOf } from './load.ts';
import {
  type LoadedSettings,
  type SettingFault,
  SettingsError,
  type SettingsReading,
  withFaults,
} from './loaded-settings.ts';
import { folderFaults, startFaults } from './start-faults.ts';

/** The text of the `.env`, '' without one; Windows' editors begin it with a mark that is no part of the first name. */
const readEnvFile = (): { readonly text: string; readonly faults: readonly SettingFault[] } => {
  if (!existsSync('.env')) return { text: '', faults: [] };
  try {
    return { text: readFileSync('.env', 'utf8').replace(/^\uFEFF/, ''), faults: [] };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return {
      text: '',
      faults: [
        {
          settings: [],
          message: `.env cannot be read (${code}): make it a file that this account may read.`,
        },
      ],
    };
  }
};

/** Settings of this process: its environment over the `.env` of the working folder. */
export const readProcessSettings = (): SettingsReading => {
  const { text, faults } = readEnvFile();
  const slips = envFileFaults(text);
  const unclosed = slips.flatMap(slip => slip.unclosed ?? []);
  const reading = readSettings(process.env, parseEnv(text), unclosed);
  const inFile = slips.map(({ message }) => ({ settings: [], message }));
  return withFaults(reading, [...faults, ...inFile, ...folderFaults(reading.valid)]);
};

/** The same for a server that is to start: also with what this machine does not allow. */
export const readSettingsToStart = async (): Promise<SettingsReading> => {
  const reading = readProcessSettings();
  return withFaults(reading, await startFaults(reading.valid));
};

/** For a command: faults go to the terminal, all at once, and end the process. */
export const settingsOrExit = (reading: SettingsReading): LoadedSettings => {
  try {
    return settingsOf(reading);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    console.error(`${error.message}\nNothing was started. 'npm run settings' shows every setting.`);
    process.exit(2);
  }
};
