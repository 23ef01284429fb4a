import type { Log } from '../app/ports.ts';
import type { FolderLock } from './lock.ts';

export const LOCK_CHECK = 60_000;

export interface LockWatch {
  /** Why nothing may be stored any more; '' while the folder is ours alone. */
  fault(): string;
  /** Looks now. */
  check(): Promise<void>;
  stop(): void;
}

/**
 * Who removes the lock file under a running server lets a second one start on the same folder. Once that is seen,
 * this one stores nothing more, for good: what both append would be damage.
 * @param every ms between two looks
 */
export const watchLock = (lock: FolderLock, folder: string, every: number, log: Log): LockWatch => {
  let fault = '';
  // Of two looks at a time, the timer's and a commit's, one tells.
  const isFound = (): boolean => fault !== '';
  const check = async (): Promise<void> => {
    if (fault !== '' || (await lock.isHeld()) || isFound()) return;
    fault = 'The lock file of the data folder was removed: nothing is stored any more. Restart the server.';
    log.error({ folder }, fault);
  };
  const timer = setInterval(() => void check(), every).unref();
  return { fault: () => fault, check, stop: () => clearInterval(timer) };
};
