import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Settings } from '../settings/definitions.ts';
import { fail, runCommand } from './run-command.ts';

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
  await runCommand(settings => work(settings, file, force));
};
