import type { Application, ChangePrinterCommand, PrinterView } from '../../app/application.ts';
import { changePrinterSchema, findPrintersSchema } from '../../contract/printer.ts';
import { readJson } from '../body/json-body.ts';
import { callerOf, type HttpRouter, type RouteContext } from '../context.ts';
import { printerJson, printerStatusJson } from '../json/printer-json.ts';
import { referredPrinter } from '../printer-reference.ts';
import { readQuery } from '../query.ts';

const readChanges = async (ctx: RouteContext): Promise<ChangePrinterCommand> => {
  const { api_key, camera_url, nozzle_diameter, bed_size, ...rest } = await readJson(
    ctx,
    changePrinterSchema,
  );
  return {
    ...rest,
    ...(api_key !== undefined && { apiKey: api_key }),
    ...(camera_url !== undefined && { cameraUrl: camera_url }),
    ...(nozzle_diameter !== undefined && { nozzleDiameter: nozzle_diameter }),
    ...(bed_size !== undefined && { bedSize: bed_size }),
  };
};

/** Finds the printer that a path names. */
export type FindPrinter = (ctx: RouteContext) => Promise<PrinterView>;

/**
 * The same routes by number or name, and by OPC UA name alone, for names such as `7` or `key-requests`; the literal
 * `opcua` has to be tried first.
 */
export const printerPaths = (
  application: Application,
): readonly { readonly path: string; readonly find: FindPrinter }[] => [
  { path: '/printers/opcua/:name', find: ctx => application.getPrinter(ctx.params.name ?? '') },
  { path: '/printers/:id', find: ctx => referredPrinter(application, ctx.params.id ?? '') },
];

export const addPrinterRoutes = (router: HttpRouter, application: Application): void => {
  router.get('/printers', async ctx => {
    const { group } = readQuery(ctx, findPrintersSchema);
    const views = await application.findPrinters(group || undefined);
    ctx.body = views.map(view => printerJson(view, callerOf(ctx)));
  });

  for (const { path, find } of printerPaths(application)) {
    router.get(path, async ctx => {
      ctx.body = printerJson(await find(ctx), callerOf(ctx));
    });

    router.patch(path, async ctx => {
      const { printer } = await find(ctx);
      const changes = await readChanges(ctx);
      await application.changePrinter(callerOf(ctx), printer.name, changes);
      ctx.body = printerJson(await application.getPrinter(printer.name), callerOf(ctx));
    });

    router.delete(path, async ctx => {
      const { printer } = await find(ctx);
      await application.removePrinter(callerOf(ctx), printer.name);
      ctx.status = 204;
    });

    router.get(`${path}/status`, async ctx => {
      const status = printerStatusJson(await find(ctx), callerOf(ctx));
      ctx.type = 'application/json';
      ctx.body = JSON.stringify(status);
    });
  }
};
