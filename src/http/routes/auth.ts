import type { Application } from '../../app/application.ts';
import { type AccessTokenJson, logInSchema, type MeJson } from '../../contract/account.ts';
import { nothingSchema } from '../../contract/common.ts';
import { Refusal } from '../../domain/refusal.ts';
import { readJson } from '../body/json-body.ts';
import { callerOf, type HttpRouter } from '../context.ts';
import type { Gate } from '../gate.ts';
import type { LogInThrottle } from '../log-in-throttle.ts';
import { SESSION_COOKIE } from '../middleware/authentication.ts';
import { HttpProblem } from '../problem.ts';

export interface LogInDeps {
  readonly application: Application;
  readonly throttle: LogInThrottle;
  /** Password hashes are made to be costly: few at once. */
  readonly hashing: Gate;
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

/** The route that takes a password: before authentication. */
export const addLogInRoute = (router: HttpRouter, deps: LogInDeps): void => {
  const { application, throttle, hashing, cookieSecure } = deps;

  router.post('/auth/login', async ctx => {
    const { username, password } = await readJson(ctx, logInSchema);
    const wait = throttle.waitFor(username, ctx.ip);
    if (wait > 0) {
      throw new HttpProblem(429, 'TooManyAttempts', `Too many failed log-ins: try again in ${wait} s.`, {
        headers: { 'Retry-After': String(wait) },
      });
    }
    try {
      const { token, expireTime } = await hashing.run(() => application.logIn(username, password));
      throttle.succeeded(username, ctx.ip);
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
      throttle.failed(username, ctx.ip);
      throw new HttpProblem(401, 'Unauthenticated', 'The username or the password is wrong.');
    }
  });
};

export const addSessionRoutes = (router: HttpRouter, application: Application): void => {
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
};
