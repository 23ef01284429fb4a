import type { Application } from '../../app/application.ts';
import { clearBedSchema, maintenanceSchema } from '../../contract/printer.ts';
import type { Actor } from '../../domain/account.ts';
import { readJson } from '../body/json-body.ts';
import { callerOf, type HttpRouter, type RouteContext } from '../context.ts';
import { printerPaths } from './printers.ts';

type Act = (actor: Actor, printer: string, ctx: RouteContext) => Promise<void>;

/** `PUT printers/{id}/worker:start` and the like: 204. */
export const addPrinterActionRoutes = (router: HttpRouter, application: Application): void => {
  const paths = printerPaths(application);

  const add = (action: string, act: Act): void => {
    for (const { path, find } of paths) {
      router.put(`${path}/${action}`, async ctx => {
        const { printer } = await find(ctx);
        await act(callerOf(ctx), printer.name, ctx);
        ctx.status = 204;
      });
    }
  };

  add('worker\\:start', (actor, printer) => application.startWorker(actor, printer));
  add('worker\\:stop', (actor, printer) => application.stopWorker(actor, printer));
  add('maintenance', async (actor, printer, ctx) => {
    const { on, reason } = await readJson(ctx, maintenanceSchema);
    await application.setMaintenance(actor, printer, on, reason);
  });
  add('bed\\:clear', async (actor, printer, ctx) => {
    const { storage_location, good } = await readJson(ctx, clearBedSchema);
    await application.confirmBedClear(actor, printer, {
      ...(storage_location !== undefined && { storageLocation: storage_location }),
      ...(good !== undefined && { good }),
    });
  });
};
