import type { JobView } from '../../app/application.ts';
import type { JobHistoryJson, JobJson } from '../../contract/job.ts';
import { accumulatedStatus, type Job } from '../../domain/job.ts';
import { statusCodeOf } from '../../domain/job-status.ts';

/** @param printerIds the printers' numbers by name */
export const jobJson = (view: JobView, printerIds: ReadonlyMap<string, number>): JobJson => {
  const { job } = view;
  return {
    id: job.id,
    order_id: job.orderId || null,
    user_id: job.owner,
    printer_id: printerIds.get(job.printer) ?? null,
    status: accumulatedStatus(job),
    from_server: job.fromServer,
    gcode_file_path: job.fileId || null,
    original_filename: job.fileName,
    printer_filename: job.remoteName || null,
    start_time: job.startTime,
    create_time: job.createTime,
    end_time: job.endTime,
    status_code: statusCodeOf(job.status),
    status_name: job.status,
    owner: view.ownerName,
    printer: job.printer || null,
    wanted_printer: job.wantedPrinter,
    priority: job.priority,
    held: job.held,
    job_order_id: job.jobOrderId,
    attempt: job.attempt,
    progress: view.progress,
    waiting_reason: view.waitingReason,
    storage_location: job.storageLocation,
  };
};

/** @param actorNames what to call the actors of the history */
export const jobHistoryJson = (job: Job, actorNames: ReadonlyMap<string, string>): JobHistoryJson[] =>
  job.history.map((entry, index) => ({
    id: index + 1,
    job_id: job.id,
    status: entry.status,
    create_time: entry.time,
    reason: entry.reason,
    actor: actorNames.get(entry.actor) ?? '',
  }));
