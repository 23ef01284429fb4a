import { DeadlinePassed, withDeadline } from '../../app/deadline.ts';
import type { DriverFactories, PrinterCamera } from '../../app/ports.ts';
import { DriverError } from '../../app/ports.ts';
import { connectionOf } from '../../domain/connection.ts';
import type { Printer } from '../../domain/printer.ts';
import { Refusal } from '../../domain/refusal.ts';

/** ms */
const ASK_TIMEOUT = 5_000;
/** How long an answer counts, and how long none does. In ms. */
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

interface Known {
  readonly way: string;
  readonly until: number;
  /** Undefined when the printer did not answer. */
  readonly camera: PrinterCamera | undefined;
}

/**
 * Finds where a printer's camera is: entered by hand, else asked of the printer and remembered for a while, and on while
 * the printer does not answer. It is asked anew after a restart: where its camera is now, it alone knows.
 */
export const createCameraAddresses = (deps: {
  readonly drivers: DriverFactories;
  /** ms */
  readonly now: () => number;
}) => {
  const known = new Map<number, Known>();
  const asking = new Map<string, Promise<PrinterCamera | undefined>>();

  /** Undefined when it does not answer. */
  const ask = async (printer: Printer): Promise<PrinterCamera | undefined> => {
    const driver = deps.drivers[printer.api](printer);
    const what = `Asking ${printer.name} for its camera`;
    try {
      if (!driver.capabilities.camera) return none;
      return (await withDeadline(ASK_TIMEOUT, what, signal => driver.identify(signal))).camera ?? none;
    } catch (error) {
      if (error instanceof DriverError || error instanceof DeadlinePassed) return undefined;
      throw error;
    } finally {
      await driver.close();
    }
  };

  const told = ({ name }: Printer, camera: PrinterCamera | undefined): PrinterCamera => {
    if (camera !== undefined) return camera;
    throw new Refusal(
      'PrinterUnavailable',
      `${name} does not answer where its camera is: try again, or give it a camera_url.`,
    );
  };

  /** '' for what there is not. @throws Refusal PrinterUnavailable when it has never told and does not answer */
  return async (printer: Printer): Promise<PrinterCamera> => {
    if (printer.cameraUrl !== '') return cameraByHand(printer.cameraUrl);
    const way = `${printer.id} ${connectionOf(printer)}`;
    const last = known.get(printer.id);
    if (last !== undefined && last.way === way && deps.now() < last.until) return told(printer, last.camera);
    const asked =
      asking.get(way) ??
      ask(printer)
        .then(answer => {
          const camera = answer ?? (last?.way === way ? last.camera : undefined);
          const found = answer !== undefined && (answer.stream !== '' || answer.snapshot !== '');
          known.set(printer.id, { way, camera, until: deps.now() + (found ? KNOWN_FOR : NOTHING_KNOWN_FOR) });
          return camera;
        })
        .finally(() => asking.delete(way));
    asking.set(way, asked);
    return told(printer, await asked);
  };
};
