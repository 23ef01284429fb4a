import type { Application } from '../../app/application.ts';
import { setUpSchema } from '../../contract/account.ts';
import { readJson } from '../body/json-body.ts';
import type { HttpRouter } from '../context.ts';

/** Works once: the first account, with the token from the set-up file. */
export const addSetUpRoute = (router: HttpRouter, application: Application): void => {
  router.post('/setup', async ctx => {
    const { token, username, password } = await readJson(ctx, setUpSchema);
    await application.setUp(token, username, password);
    ctx.status = 204;
  });
};
