import { elapsed } from '../../app/elapsed.ts';
import type {
  Cameras,
  CameraViewer,
  Clock,
  DriverFactories,
  Log,
  Picture,
  PrinterCamera,
} from '../../app/ports.ts';
import type { Printer } from '../../domain/printer.ts';
import { Refusal } from '../../domain/refusal.ts';
import { type Broadcast, createBroadcast } from './broadcast.ts';
import { createCameraAddresses } from './camera-address.ts';
import { CameraError, type CameraTimes, defaultCameraTimes, fetchPicture } from './upstream.ts';

const MAX_VIEWERS_OF_ONE = 20;
const MAX_VIEWERS = 200;
/** A picture is shown to whoever asks within this time. In ms. */
const PICTURE_AGE = 1_000;

export interface CamerasDeps {
  readonly drivers: DriverFactories;
  readonly clock: Clock;
  readonly log: Log;
  readonly times?: CameraTimes;
  readonly limits?: { readonly ofOne: number; readonly inAll: number };
}

export const createCameras = (deps: CamerasDeps): Cameras & { stop(): Promise<void> } => {
  const { clock, log, times = defaultCameraTimes } = deps;
  const { ofOne, inAll } = deps.limits ?? { ofOne: MAX_VIEWERS_OF_ONE, inAll: MAX_VIEWERS };
  const now = (): number => elapsed(clock);
  const addressOf = createCameraAddresses({ drivers: deps.drivers, now });
  /** By address: two printers may share a camera. */
  const broadcasts = new Map<string, Broadcast>();
  const pictures = new Map<string, { readonly until: number; readonly picture: Promise<Picture> }>();

  const broadcastOf = (url: string, headers: Readonly<Record<string, string>>): Broadcast => {
    const running = broadcasts.get(url);
    if (running !== undefined) return running;
    const made = createBroadcast({
      url,
      headers,
      times,
      over: () => {
        if (broadcasts.get(url) === made) broadcasts.delete(url);
      },
    });
    broadcasts.set(url, made);
    return made;
  };

  const checkRoom = (broadcast: Broadcast): void => {
    const all = [...broadcasts.values()].reduce((sum, { viewers }) => sum + viewers, 0);
    if (broadcast.viewers >= ofOne || all >= inAll) {
      throw new Refusal(
        'Busy',
        'Too many look at the cameras already: try again later, or ask for a snapshot.',
      );
    }
  };

  const join = (camera: PrinterCamera, viewer: CameraViewer): Promise<() => void> => {
    const broadcast = broadcastOf(camera.stream, camera.headers ?? {});
    checkRoom(broadcast);
    return broadcast.join(viewer);
  };

  /** The next picture of a stream, which is shared with all who look at it. */
  const nextOf = async (camera: PrinterCamera): Promise<Picture> => {
    const { promise, resolve, reject } = Promise.withResolvers<Picture>();
    promise.catch(() => undefined);
    const timer = setTimeout(() => reject(new CameraError('it sends no picture')), times.answer);
    const leave = await join(camera, { show: resolve, end: reason => reject(new CameraError(reason)) }).catch(
      error => {
        clearTimeout(timer);
        throw error;
      },
    );
    return promise.finally(() => {
      clearTimeout(timer);
      leave();
    });
  };

  const take = async (camera: PrinterCamera): Promise<Picture> => {
    const { stream, snapshot, headers = {} } = camera;
    if (snapshot === '') return nextOf(camera);
    return fetchPicture(snapshot, headers, times).catch(error => {
      if (stream === '') throw error;
      return nextOf(camera);
    });
  };

  const shared = (camera: PrinterCamera): Promise<Picture> => {
    for (const [key, { until }] of pictures) if (until <= now()) pictures.delete(key);
    const key = `${camera.snapshot} ${camera.stream}`;
    const last = pictures.get(key);
    if (last !== undefined) return last.picture;
    const picture = take(camera);
    // Its age counts from when it is there; until then all wait for the same.
    pictures.set(key, { until: Number.POSITIVE_INFINITY, picture });
    picture.then(
      () => pictures.set(key, { until: now() + PICTURE_AGE, picture }),
      () => pictures.delete(key),
    );
    return picture;
  };

  const told = ({ name }: Printer, error: unknown): unknown => {
    if (!(error instanceof CameraError)) return error;
    log.warn({ printer: name, reason: error.message }, 'A camera is not reached');
    return new Refusal('PrinterUnavailable', `The camera of ${name} cannot be shown: ${error.message}.`, {
      cause: error,
    });
  };

  const found = async (printer: Printer): Promise<PrinterCamera> => {
    const camera = await addressOf(printer);
    if (camera.stream !== '' || camera.snapshot !== '') return camera;
    throw new Refusal('NotFound', `No camera of ${printer.name} is known: give it a camera_url.`);
  };

  return {
    async watch(printer, viewer) {
      const camera = await found(printer);
      if (camera.stream === '') {
        throw new Refusal('NotFound', `The camera of ${printer.name} has no stream: ask for a snapshot.`);
      }
      try {
        return await join(camera, viewer);
      } catch (error) {
        throw told(printer, error);
      }
    },
    async picture(printer) {
      const camera = await found(printer);
      try {
        return await shared(camera);
      } catch (error) {
        throw told(printer, error);
      }
    },
    async stop() {
      for (const broadcast of [...broadcasts.values()]) broadcast.end('the server stops');
    },
  };
};
