import type { LogInThrottle } from '../../app/accounts/log-in-throttle.ts';
import type { Application } from '../../app/application.ts';
import {
  type AccessTokenJson,
  changePasswordSchema,
  logInSchema,
  type MeJson,
} from '../../contract/account.ts';
import { nothingSchema } from '../../contract/common.ts';
import { Refusal } from '../../domain/refusal.ts';
import { readJson } from '../body/json-body.ts';
import { callerOf, type HttpRouter } from '../context.ts';
import { SESSION_COOKIE } from '../middleware/authentication.ts';
import { HttpProblem } from '../problem.ts';

export interface LogInDeps {
  readonly application: Application;
  readonly throttle: LogInThrottle;
  /** The cookie travels over HTTPS alone. */
  readonly cookieSecure: boolean;
}

const cookieOptions = (secure: boolean) => ({
  httpOnly: true,
  sameSite: 'strict' as const,
  overwrite: true,
  path: '/',
  secure,
});

/** Runs what verifies a password, slowing down whoever guesses. */
const attempt = async <T>(
  { throttle }: LogInDeps,
  username: string,
  address: string,
  work: () => Promise<T>,
): Promise<T> => {
  let wrong: Refusal | undefined;
  const done = await throttle.attempt(username, address, async () => {
    try {
      return { result: await work() };
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'NotPermitted') throw error;
      wrong = error;
      return undefined;
    }
  });
  if (done === undefined) throw wrong;
  return done.result;
};

/** The route that takes a password: before authentication. */
export const addLogInRoute = (router: HttpRouter, deps: LogInDeps): void => {
  const { application, cookieSecure } = deps;

  router.post('/auth/login', async ctx => {
    const { username, password } = await readJson(ctx, logInSchema);
    try {
      const logIn = () => application.logIn(username, password);
      const { token, expireTime } = await attempt(deps, username, ctx.ip, logIn);
      const expires = new Date(expireTime);
      ctx.cookies.secure = cookieSecure;
      ctx.cookies.set(SESSION_COOKIE, token, { ...cookieOptions(cookieSecure), expires });
      const body: AccessTokenJson = {
        access_token: token,
        token_type: 'bearer',
        expires_in: Math.max(0, Math.round((expires.getTime() - Date.now()) / 1000)),
      };
      ctx.body = body;
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'NotPermitted') throw error;
      throw new HttpProblem(401, 'Unauthenticated', 'The username or the password is wrong.');
    }
  });
};

export const addSessionRoutes = (router: HttpRouter, deps: LogInDeps): void => {
  const { application } = deps;

  router.post('/auth/logout', async ctx => {
    await readJson(ctx, nothingSchema);
    await application.logOut(ctx.state.token ?? '');
    ctx.cookies.set(SESSION_COOKIE, null, cookieOptions(false));
    ctx.status = 204;
  });

  router.get('/auth/me', ctx => {
    const { accountId, username, role } = callerOf(ctx);
    const body: MeJson = { id: accountId, username, role };
    ctx.body = body;
  });

  router.put('/auth/password', async ctx => {
    const { old_password, new_password } = await readJson(ctx, changePasswordSchema);
    const actor = callerOf(ctx);
    await attempt(deps, actor.username, ctx.ip, () =>
      application.changePassword(actor, old_password, new_password, ctx.state.token ?? ''),
    );
    ctx.status = 204;
  });
};
