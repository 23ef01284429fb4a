import type { PrinterCamera, PrinterIdentity } from '../../../app/ports.ts';
import type { BedSize } from '../../../domain/gcode-file.ts';
import { firstCamera } from '../shared/camera.ts';
import { baseOf } from '../shared/printer-url.ts';
import type { MoonrakerClient } from './client.ts';
import type { KlipperConfig, Webcam } from './schemas.ts';

/** Moonraker's own ports; its web server, which serves the cameras, is then another one on the same host. */
const OWN_PORTS: readonly string[] = ['7125', '7130'];

export const cameraOf = (webcams: readonly Webcam[], url: string): PrinterCamera | null => {
  const server = new URL(baseOf(url));
  if (OWN_PORTS.includes(server.port)) server.port = '';
  const told = webcams
    .filter(({ enabled }) => enabled !== false)
    .map(({ stream_url: stream, snapshot_url: snapshot }) => ({ stream, snapshot }));
  return firstCamera(told, server);
};

/** Model: Klipper knows none, and the name of its host is no model. */
export const readIdentity = async (
  client: MoonrakerClient,
  url: string,
  signal: AbortSignal,
): Promise<PrinterIdentity> => {
  const info = await client.info(signal);
  const host = await client.host(signal);
  const config = host === undefined ? undefined : await client.config(signal);
  const spoolId = await client.spoolId(signal);
  const spool = spoolId === undefined ? undefined : await client.spool(spoolId, signal);
  return {
    software: [`Moonraker ${info.moonraker_version}`, host === undefined ? '' : softwareOf(host)]
      .filter(part => part !== '')
      .join(', '),
    model: '',
    nozzleDiameter: config?.extruder?.nozzle_diameter ?? null,
    bedSize: bedSizeOf(config),
    material: spool?.material ?? '',
    takesBgcode: false,
    camera: cameraOf(await client.webcams(signal), url),
  };
};

/** How far the head travels: no bed that is used is larger. Of the origin's place Klipper says nothing. */
const bedSizeOf = (config: KlipperConfig | undefined): BedSize | null => {
  const travel = (axis: KlipperConfig['stepper_x']): number =>
    Math.max(0, Math.round(10 * ((axis?.position_max ?? 0) - (axis?.position_min ?? 0))) / 10);
  const size = { width: travel(config?.stepper_x), depth: travel(config?.stepper_y) };
  return size.width > 0 && size.depth > 0 ? size : null;
};

const softwareOf = ({ app, software_version: version }: { app: string; software_version: string }): string =>
  `${app || 'Klipper'} ${version === '?' ? '' : version}`.trim();
