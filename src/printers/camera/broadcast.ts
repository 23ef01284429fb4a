import type { CameraViewer } from '../../app/ports.ts';
import { CameraError, type CameraTimes, streamPictures } from './upstream.ts';

/** One stream for all who look at it. */
export interface Broadcast {
  readonly viewers: number;
  /** Resolves when the camera sends. @returns leaves @throws CameraError */
  join(viewer: CameraViewer): Promise<() => void>;
  end(reason: string): void;
}

export interface BroadcastDeps {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly times: CameraTimes;
  /** It has no viewers any more: the next one makes a new one. */
  readonly over: () => void;
}

/** Connects with the first viewer and disconnects when the last has left. It keeps no picture. */
export const createBroadcast = ({ url, headers, times, over }: BroadcastDeps): Broadcast => {
  const viewers = new Set<CameraViewer>();
  const upstream = new AbortController();
  const opened = Promise.withResolvers<void>();
  // Nobody may be waiting any more when it fails.
  opened.promise.catch(() => undefined);
  let started = false;

  const end = (reason: string): void => {
    const all = [...viewers];
    viewers.clear();
    over();
    upstream.abort(new CameraError(reason));
    for (const viewer of all) viewer.end(reason);
  };

  const start = (): void => {
    started = true;
    const picture: CameraViewer['show'] = taken => {
      for (const viewer of viewers) viewer.show(taken);
    };
    streamPictures(url, headers, times, upstream.signal, { opened: opened.resolve, picture }).catch(error => {
      opened.reject(error);
      end(error instanceof Error ? error.message : String(error));
    });
  };

  const leave = (viewer: CameraViewer): void => {
    if (!viewers.delete(viewer) || viewers.size > 0) return;
    over();
    upstream.abort(new CameraError('nobody looks any more'));
  };

  return {
    get viewers() {
      return viewers.size;
    },
    async join(viewer) {
      const early = { ...viewer, end: () => undefined };
      // Until it is open its failure is thrown, not told.
      viewers.add(early);
      if (!started) start();
      await opened.promise;
      if (!viewers.delete(early)) throw new CameraError('its stream broke off');
      viewers.add(viewer);
      return () => leave(viewer);
    },
    end,
  };
};
