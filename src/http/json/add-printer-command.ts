import type { AddPrinterCommand } from '../../app/application.ts';
import type { AddPrinterJson } from '../../contract/printer.ts';

/** The name of a printer that was given none: its host's. */
const nameFromUrl = (url: string): string =>
  URL.canParse(url) ? new URL(url).hostname.replace(/[^A-Za-z0-9._-]/g, '-').slice(0, 64) : '';

export const addPrinterCommand = (body: AddPrinterJson): AddPrinterCommand => ({
  name: body.opcua_name || nameFromUrl(body.url),
  api: body.api,
  url: body.url,
  apiKey: body.api_key ?? '',
  ...(body.username && { username: body.username }),
  group: body.group ?? body.group_name ?? '',
  model: body.model ?? '',
  nozzleDiameter: body.nozzle_diameter ?? null,
  bedSize: body.bed_size ?? null,
  material: body.material ?? '',
  ...(body.colour && { colour: body.colour }),
  cameraUrl: body.camera_url ?? '',
  worker: body.worker,
});
