import type { z } from 'zod';
import type { Application } from '../../app/application.ts';
import { nothingSchema } from '../../contract/common.ts';
import { clearBedSchema, maintenanceSchema } from '../../contract/printer.ts';
import { printingHoursSchema } from '../../contract/printing-hours.ts';
import type { Actor } from '../../domain/account.ts';
import { readJson } from '../body/json-body.ts';
import { callerOf, type HttpRouter } from '../context.ts';
import { printingHoursOf } from '../json/printing-hours-json.ts';
import { printerPaths } from './printers.ts';

type Act<Body> = (actor: Actor, printer: string, body: Body) => Promise<void>;

/** `PUT printers/{id}/worker:start` and the like: 204. */
export const addPrinterActionRoutes = (router: HttpRouter, application: Application): void => {
  const paths = printerPaths(application);

  const add = <Body>(action: string, schema: z.ZodType<Body>, act: Act<Body>): void => {
    for (const { path, find } of paths) {
      router.put(`${path}/${action}`, async ctx => {
        const body = await readJson(ctx, schema);
        const { printer } = await find(ctx);
        await act(callerOf(ctx), printer.name, body);
        ctx.status = 204;
      });
    }
  };

  add('worker\\:start', nothingSchema, (actor, printer) => application.startWorker(actor, printer));
  add('worker\\:stop', nothingSchema, (actor, printer) => application.stopWorker(actor, printer));
  add('maintenance', maintenanceSchema, (actor, printer, { on, reason }) =>
    application.setMaintenance(actor, printer, on, reason),
  );
  add('hours', printingHoursSchema, (actor, printer, hours) =>
    application.setHours(actor, printer, printingHoursOf(hours)),
  );
  add('bed\\:clear', clearBedSchema, (actor, printer, { storage_location, good }) =>
    application.confirmBedClear(actor, printer, {
      ...(storage_location !== undefined && { storageLocation: storage_location }),
      ...(good !== undefined && { good }),
    }),
  );
};
