import type { PrinterIdentity } from '../../../app/ports.ts';
import { baseOf } from '../shared/printer-url.ts';
import type { PrusaLinkAccess, PrusaLinkClient } from './client.ts';
import { filamentOf } from './snapshot.ts';
import type { Storage } from './storage.ts';

/** Buddy does not say which model it is. */
export const identify = async (
  { url, apiKey, username }: PrusaLinkAccess,
  client: PrusaLinkClient,
  storage: Storage,
  signal: AbortSignal,
): Promise<PrinterIdentity> => {
  const version = await client.version(signal);
  const { kind } = await storage.refresh(signal);
  const buddy = kind === 'buddy';
  const info = await client.info(signal);
  return {
    software: buddy ? `${version.text} (Buddy firmware)` : version.text,
    // `PrusaLink I3MK3S` is what slicers call MK3S.
    model: /^PrusaLink (?:I3)?(MK\S+)$/.exec(version.original ?? '')?.[1] ?? '',
    nozzleDiameter: version.nozzle_diameter ?? info.nozzle_diameter ?? null,
    serialNumber: info.serial ?? '',
    // It runs on no other make.
    manufacturer: 'Prusa Research',
    bedSize: null,
    material: filamentOf(await client.material(signal)).material,
    takesBgcode: buddy,
    camera: (await client.hasCamera(signal))
      ? {
          stream: '',
          snapshot: new URL('api/v1/cameras/snap', baseOf(url)).href,
          // By name and password it would take a digest, which nobody can send along.
          ...(!username && { headers: { 'X-Api-Key': apiKey } }),
        }
      : null,
  };
};
