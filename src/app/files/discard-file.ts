import type { Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';

/** Takes back an upload of one's own that came to nothing; whatever is in use stays. */
export const createDiscardFile =
  ({ commit, files, log }: ApplicationDeps): Application['discardFile'] =>
  async (actor, fileId) => {
    try {
      const isGone = await commit({ actor: actor.accountId }, async tx => {
        const file = await tx.get('files', fileId);
        if (file?.owner !== actor.accountId || file.partName !== '') return false;
        if ((await tx.count('jobs', { fileId })) > 0) return false;
        tx.delete('files', fileId);
        return true;
      });
      if (!isGone) return;
      await files.remove(fileId);
      log.info({ fileId }, 'File removed again: what it came for was refused');
    } catch (error) {
      log.warn({ err: error, file: fileId }, 'A file that nobody needs could not be removed');
    }
  };
