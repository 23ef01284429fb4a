import type { UAObject } from 'node-opcua';

/** Hangs further nodes on the printers' objects. */
export interface PrinterObjectListener {
  /** The object is there, with all nodes of its type. */
  made(printer: string, object: UAObject): void;
  /** It goes at once, with everything below it: what refers to it from elsewhere, or twice, is undone here. */
  going(printer: string, object: UAObject): void;
}

/** The printers' objects as they come and go, for the parts that add to them. */
export interface PrinterObjects {
  add(printer: string, object: UAObject): void;
  remove(printer: string): void;
  get(printer: string): UAObject | undefined;
  /**
   * Told first of those that are there already.
   * @returns a function that ends it
   */
  follow(listener: PrinterObjectListener): () => void;
}

export const createPrinterObjects = (): PrinterObjects => {
  const objects = new Map<string, UAObject>();
  const listeners = new Set<PrinterObjectListener>();
  return {
    add(printer, object) {
      objects.set(printer, object);
      for (const listener of listeners) listener.made(printer, object);
    },
    remove(printer) {
      const object = objects.get(printer);
      if (object === undefined) return;
      objects.delete(printer);
      for (const listener of listeners) listener.going(printer, object);
    },
    get: printer => objects.get(printer),
    follow(listener) {
      listeners.add(listener);
      for (const [printer, object] of objects) listener.made(printer, object);
      return () => {
        listeners.delete(listener);
      };
    },
  };
};
