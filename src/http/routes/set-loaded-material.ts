import type { Application } from '../../app/application.ts';
import { setLoadedMaterialSchema } from '../../contract/printer.ts';
import { readJson } from '../body/json-body.ts';
import { callerOf, type HttpRouter } from '../context.ts';
import { printerJson } from '../json/printer-json.ts';

/** What lies in several printers at once. */
export const addSetLoadedMaterialRoute = (router: HttpRouter, application: Application): void => {
  router.patch('/printers', async ctx => {
    const { names, material, colour, nozzle_diameter } = await readJson(ctx, setLoadedMaterialSchema);
    const printers = await application.setLoadedMaterial(callerOf(ctx), names, {
      ...(material !== undefined && { material }),
      ...(colour !== undefined && { colour }),
      ...(nozzle_diameter !== undefined && { nozzleDiameter: nozzle_diameter }),
    });
    const views = await Promise.all(printers.map(({ name }) => application.getPrinter(name)));
    ctx.body = views.map(view => printerJson(view, callerOf(ctx)));
  });
};
