import type { PrinterCamera } from '../../../app/ports.ts';
import { isLoopback } from './printer-url.ts';

/** The addresses of one camera as a printer's host tells them, for whoever stands at that host. */
export interface ToldCamera {
  readonly stream?: string | null | undefined;
  readonly snapshot?: string | null | undefined;
}

/** As it is reached from here: what the host calls its loopback is that host, and never this server. */
const addressFrom = (told: string | null | undefined, base: URL): string => {
  if (!told || !URL.canParse(told, base.href)) return '';
  const url = new URL(told, base);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return '';
  if (isLoopback(url.hostname)) url.hostname = base.hostname;
  return url.href;
};

/**
 * The first camera that can be shown, null for none.
 * @param base where relative addresses begin, on the printer's host
 */
export const firstCamera = (cameras: readonly ToldCamera[], base: URL): PrinterCamera | null => {
  for (const told of cameras) {
    const camera = { stream: addressFrom(told.stream, base), snapshot: addressFrom(told.snapshot, base) };
    if (camera.stream !== '' || camera.snapshot !== '') return camera;
  }
  return null;
};
