import type { Printer } from '../../domain/printer.ts';

export interface Picture {
  /** `image/jpeg` and the like. */
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** Somebody who looks at a camera. */
export interface CameraViewer {
  /** The newest picture: whoever cannot take it yet skips it. Must not throw. */
  show(picture: Picture): void;
  /** No more pictures come; called once at most, and not after the viewer has left. */
  end(reason: string): void;
}

/** The printers' cameras: one connection to each, however many look; closed when the last has left. */
export interface Cameras {
  /**
   * Resolves when the camera sends.
   * @returns leaves; the camera's end is told to the viewer
   * @throws Refusal NotFound without a camera, PrinterUnavailable when it does not answer, Busy for too many viewers
   */
  watch(printer: Printer, viewer: CameraViewer): Promise<() => void>;
  /** At most a second old. @throws Refusal as `watch` does */
  picture(printer: Printer): Promise<Picture>;
}
