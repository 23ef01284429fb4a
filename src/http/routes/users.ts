import type { Application } from '../../app/application.ts';
import { changeUserSchema, createUserSchema, setCertificatesSchema } from '../../contract/user.ts';
import { readJson } from '../body/json-body.ts';
import { callerOf, type HttpRouter } from '../context.ts';
import { certificateJson, userJson } from '../json/user-json.ts';

export const addUserRoutes = (router: HttpRouter, application: Application): void => {
  router.get('/users', async ctx => {
    ctx.body = (await application.findAccounts(callerOf(ctx))).map(userJson);
  });

  router.post('/users', async ctx => {
    const { username, password, role, approves_own } = await readJson(ctx, createUserSchema);
    const command = {
      username,
      password,
      role,
      ...(approves_own !== undefined && { approvesOwn: approves_own }),
    };
    const account = await application.createAccount(command, callerOf(ctx));
    ctx.status = 201;
    ctx.body = userJson(account);
  });

  router.patch('/users/:id', async ctx => {
    const { approves_own: approvesOwn, ...changes } = await readJson(ctx, changeUserSchema);
    const account = await application.changeAccount(callerOf(ctx), ctx.params.id ?? '', {
      ...changes,
      approvesOwn,
    });
    ctx.body = userJson(account);
  });

  router.get('/users/:id/certificates', async ctx => {
    const certificates = await application.findCertificates(callerOf(ctx), ctx.params.id ?? '');
    ctx.body = certificates.map(certificateJson);
  });

  router.put('/users/:id/certificates', async ctx => {
    const { certificates } = await readJson(ctx, setCertificatesSchema);
    const now = await application.setCertificates(callerOf(ctx), ctx.params.id ?? '', certificates);
    ctx.body = now.map(certificateJson);
  });
};
