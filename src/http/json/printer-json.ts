import type { PrinterView } from '../../app/application.ts';
import type { PrinterJson, PrinterStatusJson } from '../../contract/printer.ts';
import type { Actor } from '../../domain/account.ts';
import {
  isActive,
  isFault,
  isOnline,
  type PrinterSnapshot,
  type PrinterState,
  stateCodeOf,
} from '../../domain/printer.ts';
import { isStaff, seesAllJobs } from '../../domain/rights.ts';
import { shownFile, shownPrint } from '../../domain/shown-print.ts';
import { capabilitiesJson } from './capabilities-json.ts';
import { printingHoursJson } from './printing-hours-json.ts';

const coarseState = (
  state: PrinterState,
  snapshot: PrinterSnapshot | undefined,
): PrinterStatusJson['state'] => {
  // It can take no file: no print waits for anybody.
  if (state === 'attention' && snapshot?.job === null) return 'error';
  if (isActive(state) || state === 'busy') return 'printing';
  return isOnline(state) && !isFault(state) && state !== 'unknown' ? 'ready' : 'error';
};

/** What is said of a printer and of its status alike. */
const liveJson = ({ snapshot, notReadyReason }: PrinterView) => {
  const state = snapshot?.state ?? 'unknown';
  return {
    state: coarseState(state, snapshot),
    state_name: state,
    state_code: stateCodeOf(state),
    online: snapshot !== undefined && isOnline(state),
    ready: notReadyReason === '',
    not_ready_reason: notReadyReason,
  };
};

export const printerJson = (view: PrinterView, actor: Actor): PrinterJson => {
  const { printer } = view;
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
    bed_size: printer.bedSize ?? null,
    // As it counts for waiting jobs: staff's word, else the printer's own.
    material: printer.material || view.snapshot?.filament?.material || null,
    colour: printer.colour || null,
    maintenance: { on: printer.maintenance.on, reason: printer.maintenance.reason },
    hours: printer.hours === undefined ? null : printingHoursJson(printer.hours),
    capabilities: view.capabilities ? capabilitiesJson(view.capabilities) : null,
    ...liveJson(view),
    create_time: printer.createTime,
  };
};

/** A user sees that a printer prints and how far it is, and what only if the job is their own. */
const statusJob = (view: PrinterView, snapshot: PrinterSnapshot, actor: Actor): PrinterStatusJson['job'] => {
  const { job } = view;
  const printed = shownPrint(snapshot, job);
  if (printed === null) return null;
  const seen = seesAllJobs.includes(actor.role) || job?.owner === actor.accountId;
  return {
    id: seen && job ? job.id : null,
    file_path: seen ? shownFile(printed, job) || null : null,
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
  const { url, camera_url, model } = printerJson(view, actor);
  return {
    name: printer.name,
    model,
    url,
    camera_url,
    ...liveJson(view),
    message: snapshot.message,
    temp_bed: { actual: snapshot.bed.actual, target: snapshot.bed.target },
    temp_nozzle: { actual: snapshot.nozzle.actual, target: snapshot.nozzle.target },
    bed: { state: bed.state, content: bed.content },
    job: statusJob(view, snapshot, actor),
    update_time: snapshot.time,
  };
};
