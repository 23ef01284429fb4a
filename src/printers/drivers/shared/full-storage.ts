import { DriverError } from '../../../app/ports.ts';
import type { Answer } from './http-client.ts';

const FULL =
  /no space left|not enough (free |disk )?space|disk (is )?full|insufficient (storage|disk|space)/i;

export interface RefusedUpload {
  /** As people call it, such as `OctoPrint`. */
  readonly product: string;
  readonly answer: Answer;
  /** The product's own words. */
  readonly words: string;
  /** Of the file, in bytes. */
  readonly size: number;
  /** Asks how much room the host has, in bytes; null when it does not say. None: what it answers tells by itself. */
  readonly free?: () => Promise<number | null>;
}

/**
 * Whether the host had no room for a file, whichever it is: `outOfOrder` then, else undefined. A host whose disk is
 * full may say no more than 500, so its disk is looked at: it keeps the file twice until it has taken it.
 */
export const fullStorage = async (upload: RefusedUpload): Promise<DriverError | undefined> => {
  const { product, answer, words, size, free } = upload;
  if (answer.status < 500) return undefined;
  if (answer.status === 507 || FULL.test(words)) {
    return new DriverError('outOfOrder', `${product} has no room for files (${answer.status}): ${words}`);
  }
  if (answer.status !== 500 || free === undefined) return undefined;
  const left = await free().catch(error => {
    if (error instanceof DriverError) return null;
    throw error;
  });
  if (left === null || left >= 2 * size) return undefined;
  const [leftMb, sizeMb] = [left, size].map(bytes => (bytes / 1e6).toFixed(1));
  return new DriverError(
    'outOfOrder',
    `${product} has no room for files: ${leftMb} MB of its disk are free, the file has ${sizeMb} MB.`,
  );
};
