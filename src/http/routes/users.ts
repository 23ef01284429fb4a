import { checkRole } from '../../app/accounts/check-role.ts';
import type { Application } from '../../app/application.ts';
import { createUserSchema, type UserJson } from '../../contract/user.ts';
import { adminRoles } from '../../domain/rights.ts';
import { readJson } from '../body/json-body.ts';
import { callerOf, type HttpRouter } from '../context.ts';
import type { Gate } from '../gate.ts';

/** @param hashing lets few password hashes be made at once */
export const addUserRoutes = (router: HttpRouter, application: Application, hashing: Gate): void => {
  router.post('/users', async ctx => {
    checkRole(callerOf(ctx), adminRoles, 'create accounts');
    const { username, password, role, approves_own } = await readJson(ctx, createUserSchema);
    const account = await hashing.run(() =>
      application.createAccount({
        username,
        password,
        role,
        ...(approves_own !== undefined && { approvesOwn: approves_own }),
      }),
    );
    const body: UserJson = {
      id: account.id,
      username: account.username,
      role: account.role,
      approves_own: account.approvesOwn,
      disabled: account.disabled,
      create_time: account.createTime,
    };
    ctx.status = 201;
    ctx.body = body;
  });
};
