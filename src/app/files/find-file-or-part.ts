import type { Actor } from '../../domain/account.ts';
import type { GcodeFile } from '../../domain/gcode-file.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Reader } from '../ports.ts';
import { maySee, noFile } from './find-file.ts';

/** By file id or part name. @throws Refusal InvalidArgument, NotFound */
export const findFileOrPart = async (reader: Reader, actor: Actor, name: string): Promise<GcodeFile> => {
  if (name === '') throw new Refusal('InvalidArgument', 'File must be a file id or a part name.');
  const byId = await reader.get('files', name);
  if (byId !== undefined && maySee(actor, byId)) return byId;
  const [part] = await reader.find('files', { where: { partName: name }, limit: 1 });
  if (part === undefined) throw noFile(name);
  return part;
};
