import type { Settings } from '../settings/definitions.ts';
import type { BackupFolders } from '../store/backup.ts';
import { StoreError } from '../store/store-error.ts';

/** All that the server stores. @throws StoreError when that is in memory */
export const foldersOf = ({ DATABASE_URL, UPLOAD_PATH, CERTIFICATES_PATH }: Settings): BackupFolders => {
  if (DATABASE_URL.kind === 'memory') {
    throw new StoreError(
      'DATABASE_URL is a store in memory, which is neither backed up nor restored: give the path of a folder.',
    );
  }
  return { data: DATABASE_URL.path, uploads: UPLOAD_PATH, certificates: CERTIFICATES_PATH };
};
