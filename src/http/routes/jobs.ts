import type { Application } from '../../app/application.ts';
import {
  findJobsSchema,
  type JobPageJson,
  type JobWithHistoryJson,
  type SubmitJobJson,
  submitJobSchema,
  submitUploadSchema,
} from '../../contract/job.ts';
import { readJson } from '../body/json-body.ts';
import type { Uploads } from '../body/upload.ts';
import { callerOf, type HttpRouter, type RouteContext } from '../context.ts';
import { jobActorNames } from '../job-actor-names.ts';
import { jobHistoryJson, jobJson } from '../json/job-json.ts';
import { pathNumber } from '../path-number.ts';
import { printerName } from '../printer-reference.ts';
import { readQuery } from '../query.ts';

/** Answers with the job as it is now. */
export const answerJob = async (
  ctx: RouteContext,
  application: Application,
  jobId: number,
): Promise<void> => {
  const view = await application.getJob(callerOf(ctx), jobId);
  ctx.set('Location', `/api/v1/jobs/${jobId}`);
  ctx.body = jobJson(view, await application.printerNumbers());
};

export const addJobRoutes = (router: HttpRouter, application: Application, uploads: Uploads): void => {
  const submit = async (ctx: RouteContext, request: SubmitJobJson): Promise<number> => {
    // An account id stands for its username; whatever is no account id is taken as a username.
    const owner = request.user_id === '' ? '' : await application.usernameOf(request.user_id);
    const { jobId } = await application.submitJob(callerOf(ctx), {
      file: request.file_id,
      printer: await printerName(application, request.printer_id),
      owner: owner || request.user_id,
      orderId: request.order_id,
      priority: request.priority,
      requestId: request.request_id,
    });
    return jobId;
  };

  /** What came up for a job that was refused goes again. */
  const submitUpload = async (ctx: RouteContext): Promise<number> => {
    const { fields, file } = await uploads.receiveForm(ctx, submitUploadSchema);
    try {
      return await submit(ctx, { ...fields, file_id: file.id, request_id: '' });
    } catch (error) {
      await application.discardFile(callerOf(ctx), file.id);
      throw error;
    }
  };

  router.post('/jobs', async ctx => {
    const jobId = uploads.isForm(ctx)
      ? await submitUpload(ctx)
      : await submit(ctx, await readJson(ctx, submitJobSchema));
    await answerJob(ctx, application, jobId);
  });

  router.get('/jobs', async ctx => {
    const query = readQuery(ctx, findJobsSchema);
    const views = await application.findJobs(callerOf(ctx), {
      status: query.status,
      owner: query.owner,
      printer: await printerName(application, query.printer),
      orderId: query.order_id,
      afterJobId: query.after,
      // One more tells whether there is a next page.
      maxCount: query.limit + 1,
    });
    const shown = views.slice(0, query.limit);
    const numbers = await application.printerNumbers();
    const body: JobPageJson = {
      jobs: shown.map(view => jobJson(view, numbers)),
      next: views.length > shown.length ? (shown.at(-1)?.job.id ?? null) : null,
    };
    ctx.body = body;
  });

  router.get('/jobs/:id', async ctx => {
    const actor = callerOf(ctx);
    const view = await application.getJob(actor, pathNumber(ctx, 'job'));
    const body: JobWithHistoryJson = {
      job: jobJson(view, await application.printerNumbers()),
      history: jobHistoryJson(view.job, await jobActorNames(application, view.job, actor)),
    };
    ctx.body = body;
  });
};
