import type { Clock, UploadSource } from '../../../app/ports.ts';
import { DriverError } from '../../../app/ports.ts';
import type { PrusaLinkClient } from './client.ts';
import type { Place } from './storage.ts';

/** The Raspberry Pi lists a file a moment after it has taken it, and starts none before. In ms. */
const LIST_INTERVAL = 250;
const LIST_TRIES = 40;

export interface SendDeps {
  readonly client: PrusaLinkClient;
  readonly clock: Clock;
}

/**
 * Sends a file under a name that is used for one attempt alone. Whether it is there decides, not the answer: Buddy
 * stores it and then says 409 when it could not open its preview.
 */
export const sendFile = async (
  { client, clock }: SendDeps,
  place: Place,
  source: UploadSource,
  name: string,
  signal: AbortSignal,
): Promise<void> => {
  if (!place.available) {
    throw new DriverError('outOfOrder', 'The printer has no drive to store files on: put one in.');
  }
  if (source.kind === 'bgcode' && place.kind === 'raspberry') {
    throw new DriverError('noBgcode', 'PrusaLink on a Raspberry Pi prints no binary g-code.');
  }
  const path = `${place.path}/${name}`;
  const isThere = async (): Promise<boolean> => {
    const file = await client.file(path, signal);
    // A file on its way is read-only and may have its final size.
    return file?.size === source.size && file.ro !== true && file.read_only !== true;
  };
  if (await isThere()) return;
  try {
    await client.upload(source, path, signal);
  } catch (error) {
    if (signal.aborted || !(error instanceof DriverError) || error.kind === 'unauthorized') throw error;
    if (!(await isThere().catch(() => false))) throw error;
    return;
  }
  for (let tries = 0; !(await isThere()); tries++) {
    if (tries === LIST_TRIES)
      throw new DriverError('garbled', `PrusaLink took ${name} and does not list it.`);
    await clock.sleep(LIST_INTERVAL, signal);
  }
};
