import { DeadlinePassed, withDeadline } from '../../app/deadline.ts';
import type { DriverFactories, PrinterCamera } from '../../app/ports.ts';
import { DriverError } from '../../app/ports.ts';
import type { Printer } from '../../domain/printer.ts';

/** ms */
const ASK_TIMEOUT = 5_000;
/** How long an answer counts. In ms. */
const KNOWN_FOR = 5 * 60_000;
const NOTHING_KNOWN_FOR = 20_000;

const none: PrinterCamera = { stream: '', snapshot: '' };

/**
 * What was entered by hand is the base of an mjpg-streamer, as the earlier server had it, or the whole URL of a
 * stream or a picture.
 */
export const cameraByHand = (url: string): PrinterCamera => {
  const { pathname, search } = new URL(url);
  if (search.includes('action=snapshot')) {
    return { stream: url.replace('action=snapshot', 'action=stream'), snapshot: url };
  }
  if (search.includes('action=stream')) {
    return { stream: url, snapshot: url.replace('action=stream', 'action=snapshot') };
  }
  if (/(\.(jpe?g|png)|\/snapshot)$/i.test(pathname)) return { stream: '', snapshot: url };
  if (search !== '' || /(\.\w+|\/stream)$/i.test(pathname)) return { stream: url, snapshot: '' };
  const base = url.replace(/\/+$/, '');
  return { stream: `${base}/?action=stream`, snapshot: `${base}/?action=snapshot` };
};

/** Finds where a printer's camera is: entered by hand, else asked of the printer and remembered for a while. */
export const createCameraAddresses = (deps: {
  readonly drivers: DriverFactories;
  /** ms */
  readonly now: () => number;
}) => {
  const known = new Map<number, { readonly way: string; readonly until: number; camera: PrinterCamera }>();
  const asking = new Map<string, Promise<PrinterCamera>>();

  const ask = async (printer: Printer): Promise<PrinterCamera> => {
    const driver = deps.drivers[printer.api]?.(printer);
    if (driver === undefined) return none;
    const what = `Asking ${printer.name} for its camera`;
    try {
      if (!driver.capabilities.camera) return none;
      return (await withDeadline(ASK_TIMEOUT, what, signal => driver.identify(signal))).camera ?? none;
    } catch (error) {
      if (error instanceof DriverError || error instanceof DeadlinePassed) return none;
      throw error;
    } finally {
      await driver.close();
    }
  };

  /** '' for what there is not. */
  return async (printer: Printer): Promise<PrinterCamera> => {
    if (printer.cameraUrl !== '') return cameraByHand(printer.cameraUrl);
    const way = JSON.stringify([printer.id, printer.api, printer.url, printer.apiKey, printer.username]);
    const last = known.get(printer.id);
    if (last !== undefined && last.way === way && deps.now() < last.until) return last.camera;
    const asked =
      asking.get(way) ??
      ask(printer)
        .then(camera => {
          const found = camera.stream !== '' || camera.snapshot !== '';
          known.set(printer.id, { way, camera, until: deps.now() + (found ? KNOWN_FOR : NOTHING_KNOWN_FOR) });
          return camera;
        })
        .finally(() => asking.delete(way));
    asking.set(way, asked);
    return asked;
  };
};
export type CameraAddresses = ReturnType<typeof createCameraAddresses>;
