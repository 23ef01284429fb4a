import type { AddPrinterCommand, Application } from '../../app/application.ts';
import type { ProbeReport } from '../../app/ports.ts';
import { type AddPrinterJson, addPrinterSchema, loadPrintersSchema } from '../../contract/printer.ts';
import { addPrinterQuerySchema } from '../../contract/printer-probe.ts';
import { Refusal } from '../../domain/refusal.ts';
import { readJson } from '../body/json-body.ts';
import { callerOf, type HttpRouter } from '../context.ts';
import { printerJson } from '../json/printer-json.ts';
import { probeJson } from '../json/probe-json.ts';
import { readQuery } from '../query.ts';
import { printerPaths } from './printers.ts';

/** The name of a printer that was given none: its host's. */
const nameFromUrl = (url: string): string =>
  URL.canParse(url) ? new URL(url).hostname.replace(/[^A-Za-z0-9._-]/g, '-').slice(0, 64) : '';

export const addCommand = (body: AddPrinterJson): AddPrinterCommand => ({
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

const checkRequired = ({ reached, problem }: ProbeReport, required: 'reached' | 'ok' | undefined): void => {
  if (problem === null || required === undefined || (required === 'reached' && reached)) return;
  throw new Refusal('PrinterUnavailable', `Nothing was added. ${problem.message}`);
};

/** Labs add printers before these are powered, so one that cannot be reached is added too, and the answer says so. */
export const addAddPrinterRoutes = (router: HttpRouter, application: Application): void => {
  router.post('/printers', async ctx => {
    const { require } = readQuery(ctx, addPrinterQuerySchema);
    const command = addCommand(await readJson(ctx, addPrinterSchema));
    const report = await application.probePrinter(callerOf(ctx), command);
    checkRequired(report, require);
    const printer = await application.addPrinter(callerOf(ctx), command, report);
    ctx.status = 201;
    ctx.set('Location', `/api/v1/printers/${printer.id}`);
    ctx.body = {
      ...printerJson(await application.getPrinter(printer.name), callerOf(ctx)),
      probe: probeJson(report),
    };
  });

  router.post('/printers/probe', async ctx => {
    const command = addCommand(await readJson(ctx, addPrinterSchema));
    ctx.body = probeJson(await application.probePrinter(callerOf(ctx), command));
  });

  for (const { path, find } of printerPaths(application)) {
    router.post(`${path}/probe`, async ctx => {
      const { printer } = await find(ctx);
      ctx.body = probeJson(await application.probeAgain(callerOf(ctx), printer.name));
    });
  }

  router.patch('/printers', async ctx => {
    const { names, material, colour, nozzle_diameter } = await readJson(ctx, loadPrintersSchema);
    const printers = await application.loadPrinters(callerOf(ctx), names, {
      ...(material !== undefined && { material }),
      ...(colour !== undefined && { colour }),
      ...(nozzle_diameter !== undefined && { nozzleDiameter: nozzle_diameter }),
    });
    const views = await Promise.all(printers.map(({ name }) => application.getPrinter(name)));
    ctx.body = views.map(view => printerJson(view, callerOf(ctx)));
  });
};
