import type { Settings } from '../settings/definitions.ts';
import { readProcessSettings, settingsOrExit } from '../settings/process-settings.ts';

export const fail = (message: string, code: 1 | 2): never => {
  console.error(message);
  process.exit(code);
};

/** What is expected to go wrong explains itself; anything else needs its stack. */
const explain = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const isExpected = error.name === 'StoreError' || 'code' in error;
  return isExpected ? error.message : String(error.stack);
};

/** Runs a command and tells its outcome. Exit codes: 0 done, 1 not done, 2 wrong call or settings. */
export const runCommand = async (work: (settings: Settings) => Promise<string>): Promise<void> => {
  const { settings } = settingsOrExit(readProcessSettings());
  process.env.TZ = settings.TIME_ZONE;
  try {
    console.log(await work(settings));
  } catch (error) {
    fail(explain(error), 1);
  }
};
