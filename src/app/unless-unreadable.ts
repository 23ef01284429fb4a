import { DataUnreadable } from './ports.ts';

/**
 * For those who can go on without the job: undefined when its row cannot be read. Only jobs that have ended lie in
 * files that are read late, so there is nothing left to be done to it.
 */
export const unlessUnreadable = async <T>(read: Promise<T>): Promise<T | undefined> => {
  try {
    return await read;
  } catch (error) {
    if (error instanceof DataUnreadable) return undefined;
    throw error;
  }
};
