import type { Application, KeyRequest } from '../../app/application.ts';
import { type KeyRequestJson, requestKeySchema, requestKeyToAddSchema } from '../../contract/printer.ts';
import { readJson } from '../body/json-body.ts';
import { callerOf, type HttpRouter, type RouteContext } from '../context.ts';
import { addPrinterCommand } from '../json/add-printer-command.ts';
import { printerPaths } from './printers.ts';

const keyRequestJson = ({ page, createTime, expireTime, ...rest }: KeyRequest): KeyRequestJson => ({
  ...rest,
  grant_url: page || null,
  create_time: createTime,
  expire_time: expireTime,
});

const answer = (ctx: RouteContext, request: KeyRequest): void => {
  ctx.status = 202;
  ctx.set('Location', `/api/v1/printers/key-requests/${request.id}`);
  ctx.body = keyRequestJson(request);
};

export const addKeyRequestRoutes = (router: HttpRouter, application: Application): void => {
  router.post('/printers/key-requests', async ctx => {
    const { user, ...body } = await readJson(ctx, requestKeyToAddSchema);
    answer(ctx, await application.requestKeyToAdd(callerOf(ctx), addPrinterCommand(body), user));
  });

  router.get('/printers/key-requests', async ctx => {
    ctx.body = (await application.findKeyRequests(callerOf(ctx))).map(keyRequestJson);
  });

  router.get('/printers/key-requests/:id', async ctx => {
    ctx.body = keyRequestJson(await application.getKeyRequest(callerOf(ctx), ctx.params.id ?? ''));
  });

  for (const { path, find } of printerPaths(application)) {
    router.post(`${path}/key-requests`, async ctx => {
      const { user } = await readJson(ctx, requestKeySchema);
      const { printer } = await find(ctx);
      answer(ctx, await application.requestKeyOf(callerOf(ctx), printer.name, user));
    });
  }
};
