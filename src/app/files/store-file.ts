import type { GcodeFile } from '../../domain/gcode-file.ts';
import type { Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';

/** The bytes are on disk before the row is; without a row they are taken away again. */
export const createStoreFile =
  ({ commit, clock, files, log }: ApplicationDeps): Application['storeFile'] =>
  async (actor, name, content, signal, fileId) => {
    const upload = await files.save(name, content, signal, fileId);
    const file: GcodeFile = {
      ...upload,
      owner: actor.accountId,
      partName: '',
      createTime: clock.now().toISOString(),
    };
    try {
      await commit({ actor: actor.accountId }, async tx => tx.put('files', file));
    } catch (error) {
      await files.remove(upload.id).catch((err: unknown) => {
        log.warn({ err, file: upload.id }, 'A file without a row could not be removed');
      });
      throw error;
    }
    return file;
  };
