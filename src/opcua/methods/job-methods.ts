import { statusCodeOf } from '../../domain/job-status.ts';
import type { UseCases } from './use-case.ts';

type JobMethod =
  | 'SubmitJob'
  | 'RetryJob'
  | 'CancelJob'
  | 'RejectJob'
  | 'PauseJob'
  | 'ResumeJob'
  | 'ApproveJob'
  | 'CollectJob'
  | 'AssignJob'
  | 'ResolveJob'
  | 'GetJob'
  | 'FindJobs';

export const jobMethods: UseCases<JobMethod> = {
  async SubmitJob(application, actor, input) {
    const { jobId, repeated } = await application.submitJob(actor, {
      file: input.File,
      printer: input.Printer,
      owner: input.Owner,
      orderId: input.OrderId,
      priority: input.Priority,
      requestId: input.RequestId,
    });
    return { JobId: jobId, Repeated: repeated };
  },

  async RetryJob(application, actor, input) {
    const { jobId, repeated } = await application.retryJob(actor, input.JobId, input.RequestId);
    return { NewJobId: jobId, Repeated: repeated };
  },

  async CancelJob(application, actor, input) {
    await application.cancelJob(actor, input.JobId, input.Reason);
    return {};
  },

  async RejectJob(application, actor, input) {
    await application.rejectJob(actor, input.JobId, input.Reason);
    return {};
  },

  async PauseJob(application, actor, input) {
    await application.pauseJob(actor, input.JobId);
    return {};
  },

  async ResumeJob(application, actor, input) {
    await application.resumeJob(actor, input.JobId);
    return {};
  },

  async ApproveJob(application, actor, input) {
    await application.approveJob(actor, input.JobId);
    return {};
  },

  async CollectJob(application, actor, input) {
    await application.collectJob(actor, input.JobId);
    return {};
  },

  async AssignJob(application, actor, input) {
    await application.assignJob(actor, input.JobId, input.Printer);
    return {};
  },

  async ResolveJob(application, actor, input) {
    await application.resolveJob(actor, input.JobId, input.Outcome, input.Reason);
    return {};
  },

  async GetJob(application, actor, input) {
    const { job, ownerName, progress, waitingReason } = await application.getJob(actor, input.JobId);
    return {
      StatusCode: statusCodeOf(job.status),
      Status: job.status,
      Printer: job.printer,
      Owner: ownerName,
      File: job.fileName,
      OrderId: job.orderId,
      Progress: progress,
      WaitingReason: waitingReason,
      StorageLocation: job.storageLocation,
    };
  },

  async FindJobs(application, actor, input) {
    const found = await application.findJobs(actor, {
      status: input.Status,
      owner: input.Owner,
      printer: input.Printer,
      orderId: input.OrderId,
      afterJobId: input.AfterJobId,
      maxCount: input.MaxCount,
    });
    return { JobIds: found.map(({ job }) => job.id) };
  },
};
