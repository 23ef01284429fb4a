import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Settings } from '../settings/definitions.ts';
import { readProcessSettings, settingsOrExit } from '../settings/process-settings.ts';

const fail = (message: string, code: 1 | 2): never => {
  console.error(message);
  process.exit(code);
};

const parse = (usage: string, mayForce: boolean): { readonly file: string; readonly force: boolean } => {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: mayForce ? { force: { type: 'boolean' } } : {},
    });
    const [file, ...more] = positionals;
    if (file !== undefined && file !== '' && more.length === 0) {
      return { file: resolve(file), force: values.force === true };
    }
  } catch {
    // An option that it does not have: the usage says which it has.
  }
  return fail(`Usage: ${usage}`, 2);
};

/** What is expected to go wrong explains itself; anything else needs its stack. */
const explain = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const isExpected = error.name === 'StoreError' || 'code' in error;
  return isExpected ? error.message : String(error.stack);
};

/**
 * Runs a command on one file and tells its outcome. Exit codes: 0 done, 1 not done, 2 wrong call or settings.
 * @param mayForce whether it has the option --force
 */
export const runOnFile = async (
  usage: string,
  mayForce: boolean,
  work: (settings: Settings, file: string, force: boolean) => Promise<string>,
): Promise<void> => {
  const { file, force } = parse(usage, mayForce);
  const { settings } = settingsOrExit(readProcessSettings());
  process.env.TZ = settings.TIME_ZONE;
  try {
    console.log(await work(settings, file, force));
  } catch (error) {
    fail(explain(error), 1);
  }
};
