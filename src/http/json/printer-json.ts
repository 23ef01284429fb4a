import type { PrinterView } from '../../app/application.ts';
import type { PrinterJson, PrinterStatusJson } from '../../contract/printer.ts';
import type { Actor } from '../../domain/account.ts';
import {
  isActive,
  isFault,
  isOnline,
  type Printer,
  type PrinterSnapshot,
  type PrinterState,
  stateCodeOf,
} from '../../domain/printer.ts';
import { isStaff, seesAllJobs } from '../../domain/rights.ts';

export const printerJson = (printer: Printer, actor: Actor): PrinterJson => {
  const staff = isStaff(actor);
  return {
    id: printer.id,
    url: staff ? printer.url : null,
    api: printer.api,
    group_name: printer.group,
    has_worker: printer.worker,
    opcua_name: printer.name,
    camera_url: staff && printer.cameraUrl ? printer.cameraUrl : null,
    model: printer.model || null,
    nozzle_diameter: printer.nozzleDiameter,
    material: printer.material || null,
    maintenance: { on: printer.maintenance.on, reason: printer.maintenance.reason },
    create_time: printer.createTime,
  };
};

const coarseState = (state: PrinterState): PrinterStatusJson['state'] => {
  if (isActive(state) || state === 'busy') return 'printing';
  return isOnline(state) && !isFault(state) && state !== 'unknown' ? 'ready' : 'error';
};

/** A user sees that a printer prints and how far it is, and what only if the job is their own. */
const statusJob = (view: PrinterView, snapshot: PrinterSnapshot, actor: Actor): PrinterStatusJson['job'] => {
  const { job } = view;
  const printed = snapshot.job;
  if (!printed || !isActive(snapshot.state)) return null;
  const seen = seesAllJobs.includes(actor.role) || job?.owner === actor.accountId;
  return {
    id: seen && job ? job.id : null,
    file_path: seen ? job?.fileName || printed.file : null,
    previewed_model_url: null,
    progress: printed.progress,
    time_used: printed.timeUsed,
    time_left: printed.timeLeft,
    time_approx: printed.timeLeftApprox,
  };
};

/** Null without a worker, and before it has read the printer for the first time. */
export const printerStatusJson = (view: PrinterView, actor: Actor): PrinterStatusJson | null => {
  const { printer, snapshot, bed } = view;
  if (!printer.worker || !snapshot) return null;
  const { url, camera_url, model } = printerJson(printer, actor);
  return {
    name: printer.name,
    model,
    url,
    camera_url,
    state: coarseState(snapshot.state),
    state_name: snapshot.state,
    state_code: stateCodeOf(snapshot.state),
    message: snapshot.message,
    ready: view.notReadyReason === '',
    not_ready_reason: view.notReadyReason,
    temp_bed: { actual: snapshot.bed.actual, target: snapshot.bed.target },
    temp_nozzle: { actual: snapshot.nozzle.actual, target: snapshot.nozzle.target },
    bed: { state: bed.state, content: bed.content },
    job: statusJob(view, snapshot, actor),
    update_time: snapshot.time,
  };
};
