import type { PrinterCamera, PrinterIdentity } from '../../../app/ports.ts';
import type { BedSize } from '../../../domain/gcode-file.ts';
import { firstCamera } from '../shared/camera.ts';
import type { OctoPrintProfile, OctoPrintWebcams } from './schemas.ts';

/** What OctoPrint calls the printer of a profile that nobody has filled in. */
const UNNAMED = 'Generic RepRap Printer';

/** mm: of such a profile, whose printer may be of any size. */
const UNNAMED_SIZE = 200;

/** An untouched profile says nothing of the model; its nozzle is what OctoPrint works with all the same. */
export const identityOf = (
  software: string,
  profile: OctoPrintProfile | undefined,
  camera: PrinterCamera | null,
): PrinterIdentity => {
  const model = profile?.model?.trim() ?? '';
  return {
    software,
    model: model === UNNAMED ? '' : model,
    nozzleDiameter: profile?.extruder?.nozzleDiameter ?? null,
    bedSize: bedSizeOf(profile),
    material: '',
    takesBgcode: false,
    camera,
  };
};

const bedSizeOf = (profile: OctoPrintProfile | undefined): BedSize | null => {
  const { width, depth } = profile?.volume ?? {};
  if (width == null || depth == null) return null;
  const untouched = [UNNAMED, ''].includes(profile?.model?.trim() ?? '');
  return untouched && width === UNNAMED_SIZE && depth === UNNAMED_SIZE ? null : { width, depth };
};

/** @param base of OctoPrint, ending in a slash: relative addresses are meant as a browser there sees them */
export const cameraOf = (webcams: OctoPrintWebcams, base: string): PrinterCamera | null => {
  if (webcams.webcamEnabled === false) return null;
  const told = (webcams.webcams ?? []).map(({ compat }) => compat ?? {});
  return firstCamera(told, new URL(base));
};
