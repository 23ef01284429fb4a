import type { z } from 'zod';
import type { Application } from '../../app/application.ts';
import { nothingSchema, reasonSchema } from '../../contract/common.ts';
import { assignJobSchema, resolveJobSchema, retryJobSchema } from '../../contract/job.ts';
import type { Actor } from '../../domain/account.ts';
import { readJson } from '../body/json-body.ts';
import { callerOf, type HttpRouter } from '../context.ts';
import { pathNumber } from '../path-number.ts';
import { printerName } from '../printer-reference.ts';
import { answerJob } from './jobs.ts';

type Act<Body> = (actor: Actor, jobId: number, body: Body) => Promise<void>;

/** `PUT jobs/{id}:approve` and the like: 202, as the earlier server answered. */
export const addJobActionRoutes = (router: HttpRouter, application: Application): void => {
  const add = <Body>(action: string, schema: z.ZodType<Body>, act: Act<Body>): void => {
    router.put(`/jobs/:id\\:${action}`, async ctx => {
      const body = await readJson(ctx, schema);
      await act(callerOf(ctx), pathNumber(ctx, 'job'), body);
      ctx.body = null;
      ctx.status = 202;
    });
  };

  add('approve', nothingSchema, (actor, jobId) => application.approveJob(actor, jobId));
  add('pause', nothingSchema, (actor, jobId) => application.pauseJob(actor, jobId));
  add('resume', nothingSchema, (actor, jobId) => application.resumeJob(actor, jobId));
  add('hold', reasonSchema, (actor, jobId, { reason }) => application.holdJob(actor, jobId, reason));
  add('release', reasonSchema, (actor, jobId, { reason }) => application.releaseJob(actor, jobId, reason));
  add('collect', nothingSchema, (actor, jobId) => application.collectJob(actor, jobId));
  add('cancel', reasonSchema, (actor, jobId, { reason }) => application.cancelJob(actor, jobId, reason));
  add('reject', reasonSchema, (actor, jobId, { reason }) => application.rejectJob(actor, jobId, reason));
  add('assign', assignJobSchema, async (actor, jobId, { printer }) =>
    application.assignJob(actor, jobId, await printerName(application, printer)),
  );
  add('resolve', resolveJobSchema, (actor, jobId, { outcome, reason }) =>
    application.resolveJob(actor, jobId, outcome, reason),
  );

  router.post('/jobs/:id\\:retry', async ctx => {
    const { request_id } = await readJson(ctx, retryJobSchema);
    const { jobId } = await application.retryJob(callerOf(ctx), pathNumber(ctx, 'job'), request_id);
    await answerJob(ctx, application, jobId);
  });
};
