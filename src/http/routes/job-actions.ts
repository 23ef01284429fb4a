import type { Application } from '../../app/application.ts';
import { reasonSchema } from '../../contract/common.ts';
import { assignJobSchema, resolveJobSchema, retryJobSchema } from '../../contract/job.ts';
import type { Actor } from '../../domain/account.ts';
import { readJson } from '../body/json-body.ts';
import { callerOf, type HttpRouter, type RouteContext } from '../context.ts';
import { pathNumber } from '../path-number.ts';
import { printerName } from '../printer-reference.ts';
import { answerJob } from './jobs.ts';

type Act = (actor: Actor, jobId: number, ctx: RouteContext) => Promise<void>;

/** `PUT jobs/{id}:approve` and the like: 202, as the earlier server answered. */
export const addJobActionRoutes = (router: HttpRouter, application: Application): void => {
  const add = (action: string, act: Act): void => {
    router.put(`/jobs/:id\\:${action}`, async ctx => {
      await act(callerOf(ctx), pathNumber(ctx, 'job'), ctx);
      ctx.body = null;
      ctx.status = 202;
    });
  };

  add('approve', (actor, jobId) => application.approveJob(actor, jobId));
  add('pause', (actor, jobId) => application.pauseJob(actor, jobId));
  add('resume', (actor, jobId) => application.resumeJob(actor, jobId));
  add('collect', (actor, jobId) => application.collectJob(actor, jobId));
  add('cancel', async (actor, jobId, ctx) => {
    const { reason } = await readJson(ctx, reasonSchema);
    await application.cancelJob(actor, jobId, reason);
  });
  add('reject', async (actor, jobId, ctx) => {
    const { reason } = await readJson(ctx, reasonSchema);
    await application.rejectJob(actor, jobId, reason);
  });
  add('assign', async (actor, jobId, ctx) => {
    const { printer } = await readJson(ctx, assignJobSchema);
    await application.assignJob(actor, jobId, await printerName(application, printer));
  });
  add('resolve', async (actor, jobId, ctx) => {
    const { outcome, reason } = await readJson(ctx, resolveJobSchema);
    await application.resolveJob(actor, jobId, outcome, reason);
  });

  router.post('/jobs/:id\\:retry', async ctx => {
    const { request_id } = await readJson(ctx, retryJobSchema);
    const { jobId } = await application.retryJob(callerOf(ctx), pathNumber(ctx, 'job'), request_id);
    await answerJob(ctx, application, jobId);
  });
};
