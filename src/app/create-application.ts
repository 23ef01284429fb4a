import { createAuthenticate, createCreateAccount, createFindAccount, createUsernameOf } from './accounts.ts';
import { createAddPrinter } from './add-printer.ts';
import type { Application } from './application.ts';
import { createApproveJob } from './approve-job.ts';
import { createAssignJob } from './assign-job.ts';
import { createBeginPickup } from './begin-pickup.ts';
import { createCancelJob } from './cancel-job.ts';
import { createChangePrinter } from './change-printer.ts';
import { createCollectJob } from './collect-job.ts';
import { createConfirmBedClear } from './confirm-bed-clear.ts';
import type { ApplicationDeps } from './deps.ts';
import { createConfirmPickup, createReleasePickup, createReportPickupFailed } from './end-pickup.ts';
import { createFigures } from './figures.ts';
import { createFindJobs } from './find-jobs.ts';
import { createGetJob } from './get-job.ts';
import { createJobViews } from './job-views.ts';
import { createRejectJob } from './reject-job.ts';
import { createRemovePrinter } from './remove-printer.ts';
import { createPauseJob, createResumeJob } from './request-action.ts';
import { createResolveJob } from './resolve-job.ts';
import { createRetryJob } from './retry-job.ts';
import { createSetMaintenance } from './set-maintenance.ts';
import { createNeedsSetUp, createSetUp } from './set-up.ts';
import { createGetFile, createPublishFile, createStoreFile } from './store-file.ts';
import { createSubmitJob } from './submit-job.ts';
import { createStartWorker, createStopWorker } from './switch-worker.ts';
import { createActorOfToken, createLogIn, createLogOut } from './tokens.ts';
import { createFindPrinters, createGetPrinter } from './view-printers.ts';

/** Every use case, over one store. */
export const createApplication = (deps: ApplicationDeps): Application => {
  const findAccount = createFindAccount(deps);
  return {
    submitJob: createSubmitJob(deps),
    retryJob: createRetryJob(deps),
    approveJob: createApproveJob(deps),
    rejectJob: createRejectJob(deps),
    cancelJob: createCancelJob(deps),
    pauseJob: createPauseJob(deps),
    resumeJob: createResumeJob(deps),
    collectJob: createCollectJob(deps),
    assignJob: createAssignJob(deps),
    resolveJob: createResolveJob(deps),
    getJob: createGetJob(deps),
    findJobs: createFindJobs(deps),
    viewJobs: createJobViews(deps),

    addPrinter: createAddPrinter(deps),
    changePrinter: createChangePrinter(deps),
    removePrinter: createRemovePrinter(deps),
    findPrinters: createFindPrinters(deps),
    getPrinter: createGetPrinter(deps),
    startWorker: createStartWorker(deps),
    stopWorker: createStopWorker(deps),
    setMaintenance: createSetMaintenance(deps),

    beginPickup: createBeginPickup(deps),
    confirmPickup: createConfirmPickup(deps),
    reportPickupFailed: createReportPickupFailed(deps),
    releasePickup: createReleasePickup(deps),
    confirmBedClear: createConfirmBedClear(deps),

    storeFile: createStoreFile(deps),
    getFile: createGetFile(deps),
    publishFile: createPublishFile(deps),

    setUp: createSetUp(deps),
    needsSetUp: createNeedsSetUp(deps),
    createAccount: createCreateAccount(deps),
    authenticate: createAuthenticate(findAccount),
    logIn: createLogIn(deps, findAccount),
    logOut: createLogOut(deps),
    actorOfToken: createActorOfToken(deps),

    figures: createFigures(deps),
    usernameOf: createUsernameOf(deps),
  };
};
