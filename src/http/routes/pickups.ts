import type { Application } from '../../app/application.ts';
import { reasonSchema } from '../../contract/common.ts';
import { beginPickupSchema, confirmPickupSchema } from '../../contract/pickup.ts';
import { readJson } from '../body/json-body.ts';
import { callerOf, type HttpRouter } from '../context.ts';
import { begunPickupJson, pickupJson } from '../json/pickup-json.ts';
import { pathNumber } from '../path-number.ts';
import { printerName } from '../printer-reference.ts';

export const addPickupRoutes = (router: HttpRouter, application: Application): void => {
  router.get('/pickups', async ctx => {
    ctx.body = (await application.findPickups(callerOf(ctx))).map(pickupJson);
  });

  router.post('/pickups', async ctx => {
    const { printer, robot } = await readJson(ctx, beginPickupSchema);
    const name = await printerName(application, printer);
    ctx.body = begunPickupJson(await application.beginPickup(callerOf(ctx), name, robot));
  });

  router.put('/pickups/:id\\:confirm', async ctx => {
    const { storage_location } = await readJson(ctx, confirmPickupSchema);
    const pickupId = pathNumber(ctx, 'pick-up');
    const { jobId } = await application.confirmPickup(callerOf(ctx), pickupId, storage_location);
    ctx.body = { job_id: jobId || null };
  });

  router.put('/pickups/:id\\:fail', async ctx => {
    const { reason } = await readJson(ctx, reasonSchema);
    await application.reportPickupFailed(callerOf(ctx), pathNumber(ctx, 'pick-up'), reason);
    ctx.status = 204;
  });

  router.put('/pickups/:id\\:release', async ctx => {
    const { reason } = await readJson(ctx, reasonSchema);
    await application.releasePickup(callerOf(ctx), pathNumber(ctx, 'pick-up'), reason);
    ctx.status = 204;
  });
};
