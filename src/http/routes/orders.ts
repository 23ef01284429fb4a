import type { Application } from '../../app/application.ts';
import { reasonSchema } from '../../contract/common.ts';
import {
  findOrdersSchema,
  type OrderPageJson,
  type OrderWithJobsJson,
  submitOrderSchema,
} from '../../contract/order.ts';
import { readJson } from '../body/json-body.ts';
import { callerOf, type HttpRouter, type RouteContext } from '../context.ts';
import { orderJson } from '../json/order-json.ts';
import { readQuery } from '../query.ts';

const pathOrder = (ctx: RouteContext): string => ctx.params.order_id ?? '';

export const addOrderRoutes = (router: HttpRouter, application: Application): void => {
  router.post('/orders', async ctx => {
    const actor = callerOf(ctx);
    const request = await readJson(ctx, submitOrderSchema);
    // An account id stands for its username; whatever is no account id is taken as a username.
    const owner = request.user_id === '' ? '' : await application.usernameOf(request.user_id);
    const { repeated } = await application.submitOrder(actor, {
      orderId: request.order_id,
      file: request.file_id,
      quantity: request.quantity,
      owner: owner || request.user_id,
      priority: request.priority,
    });
    const view = await application.getOrder(actor, request.order_id);
    ctx.status = repeated ? 200 : 201;
    ctx.set('Location', `/api/v1/orders/${view.order.orderId}`);
    ctx.body = orderJson(view);
  });

  router.get('/orders', async ctx => {
    const { status, owner, after, limit } = readQuery(ctx, findOrdersSchema);
    // One more tells whether there is a next page.
    const views = await application.findOrders(callerOf(ctx), { status, owner, after, maxCount: limit + 1 });
    const shown = views.slice(0, limit);
    const body: OrderPageJson = {
      orders: shown.map(orderJson),
      next: views.length > shown.length ? (shown.at(-1)?.order.id ?? null) : null,
    };
    ctx.body = body;
  });

  router.get('/orders/:order_id', async ctx => {
    const actor = callerOf(ctx);
    const view = await application.getOrder(actor, pathOrder(ctx));
    const body: OrderWithJobsJson = {
      order: orderJson(view),
      job_ids: [...(await application.getOrderJobs(actor, pathOrder(ctx)))],
    };
    ctx.body = body;
  });

  router.put('/orders/:order_id\\:cancel', async ctx => {
    const { reason } = await readJson(ctx, reasonSchema);
    await application.cancelOrder(callerOf(ctx), pathOrder(ctx), reason);
    ctx.body = null;
    ctx.status = 202;
  });
};
