import { Refusal } from '../../domain/refusal.ts';
import { staffRoles } from '../../domain/rights.ts';
import { checkRole } from '../access/check-role.ts';
import type { Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import { findFile } from './find-file.ts';

const partNamePattern = /^(?!\.+$)[A-Za-z0-9._-]{1,64}$/;

/** Staff publish a file as a part, which anybody may submit by that name; the newest one holds the name. */
export const createPublishFile =
  ({ commit }: ApplicationDeps): Application['publishFile'] =>
  async (actor, fileId, partName) => {
    checkRole(actor, staffRoles, 'publish parts');
    if (partName !== '' && !partNamePattern.test(partName)) {
      throw new Refusal(
        'InvalidArgument',
        'A part name is 1 to 64 of A-Z, a-z, 0-9, dot, underscore and dash.',
      );
    }
    return commit({ actor: actor.accountId }, async tx => {
      const file = await findFile(tx, actor, fileId);
      if (file.partName === partName) return file;
      const holders = partName === '' ? [] : await tx.find('files', { where: { partName } });
      for (const holder of holders) tx.put('files', { ...holder, partName: '' });
      const published = { ...file, partName };
      tx.put('files', published);
      return published;
    });
  };
