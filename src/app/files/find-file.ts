import type { Actor } from '../../domain/account.ts';
import type { GcodeFile } from '../../domain/gcode-file.ts';
import { Refusal } from '../../domain/refusal.ts';
import { seesAllJobs } from '../../domain/rights.ts';
import type { Reader } from '../ports.ts';

export const noFile = (name: string): Refusal =>
  new Refusal('NotFound', `There is no file or part ${JSON.stringify(name.slice(0, 80))}.`);

/** A user sees own files and published ones. */
export const maySee = (actor: Actor, file: GcodeFile): boolean =>
  file.owner === actor.accountId || file.partName !== '' || seesAllJobs.includes(actor.role);

/** @throws Refusal NotFound */
export const findFile = async (reader: Reader, actor: Actor, fileId: string): Promise<GcodeFile> => {
  const file = await reader.get('files', fileId);
  if (file === undefined || !maySee(actor, file)) throw noFile(fileId);
  return file;
};
