import { statfs } from 'node:fs/promises';
import type { DiskSpace } from '../app/ports.ts';
import type { Settings } from '../settings/definitions.ts';

/** Undefined: no alarm is wanted. */
export const diskSpaceOf = (settings: Settings): DiskSpace | undefined => {
  const { DATABASE_URL, UPLOAD_PATH, DISK_ALARM_FREE_MB } = settings;
  if (DISK_ALARM_FREE_MB === 0) return undefined;
  const folders = [
    ...(DATABASE_URL.kind === 'memory' ? [] : [{ name: 'the data folder', path: DATABASE_URL.path }]),
    { name: 'the uploaded files', path: UPLOAD_PATH },
  ];
  return {
    alarmFree: DISK_ALARM_FREE_MB * 1_000_000,
    look: () =>
      Promise.all(
        folders.map(async ({ name, path }) => {
          const { bavail, bsize } = await statfs(path);
          return { name, free: bavail * bsize };
        }),
      ),
  };
};
