import { DriverError } from '../../../app/ports.ts';
import type { PrusaLinkClient } from './client.ts';
import type { PrusaLinkKind } from './snapshot.ts';

export interface Place {
  /** `usb` or `local`: the first part of every file's path. */
  readonly path: string;
  readonly kind: PrusaLinkKind;
  readonly available: boolean;
}

/** Where files are sent to. Buddy has a USB drive alone, which may be missing; the Raspberry Pi a folder. */
export interface Storage {
  /** As it was when last asked: the kind of printer does not change. */
  place(signal: AbortSignal): Promise<Place>;
  refresh(signal: AbortSignal): Promise<Place>;
}

export const createStorage = (client: PrusaLinkClient): Storage => {
  let known: Place | undefined;

  const refresh = async (signal: AbortSignal): Promise<Place> => {
    const storages = await client.storages(signal);
    const writable = storages.find(
      storage => storage.read_only !== true && /^\/?(usb|local)\/?$/.test(storage.path),
    );
    if (writable === undefined) {
      throw new DriverError('outOfOrder', 'PrusaLink names no storage that files can be sent to.');
    }
    const path = writable.path.replaceAll('/', '');
    known = {
      path,
      kind: path === 'usb' ? 'buddy' : 'raspberry',
      available: writable.available !== false,
    };
    return known;
  };

  return { refresh, place: async signal => known ?? refresh(signal) };
};
