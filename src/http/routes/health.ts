import type { ReadinessJson } from '../../contract/health.ts';
import type { HttpRouter } from '../context.ts';

/** What is asked by GET /readyz: each part says `ok` or what is wrong with it. Served without log-in, so no secrets. */
export type Health = () => Promise<{
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, string>>;
}>;

export const addHealthRoutes = (router: HttpRouter, health: Health): void => {
  router.get('/healthz', ctx => {
    ctx.body = { status: 'ok' };
  });

  router.get('/readyz', async ctx => {
    const { ready, checks } = await health();
    const body: ReadinessJson = { status: ready ? 'ready' : 'not ready', checks: { ...checks } };
    ctx.status = ready ? 200 : 503;
    ctx.body = body;
  });
};
