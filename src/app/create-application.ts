import { createAuthenticate, createFindAccount } from './accounts/authenticate.ts';
import { createAuthenticateCertificate } from './accounts/authenticate-certificate.ts';
import { createChangeAccount } from './accounts/change-account.ts';
import { createChangePassword } from './accounts/change-password.ts';
import { createCreateAccount } from './accounts/create-account.ts';
import { createFindAccounts } from './accounts/find-accounts.ts';
import { createFindCertificates, createSetCertificates } from './accounts/set-certificates.ts';
import { createNeedsSetUp, createSetUp } from './accounts/set-up.ts';
import { createActorOfToken, createLogIn, createLogOut } from './accounts/tokens.ts';
import { createUsernameOf } from './accounts/username-of.ts';
import type { Application } from './application.ts';
import { createTakePicture, createWatchCamera } from './cameras/watch-camera.ts';
import type { ApplicationDeps } from './deps.ts';
import { createFigures } from './figures.ts';
import { createDiscardFile } from './files/discard-file.ts';
import { createFindFiles } from './files/find-files.ts';
import { createGetFile } from './files/get-file.ts';
import { createPublishFile } from './files/publish-file.ts';
import { createStoreFile } from './files/store-file.ts';
import { createApproveJob } from './jobs/approve-job.ts';
import { createAssignJob } from './jobs/assign-job.ts';
import { createCancelJob } from './jobs/cancel-job.ts';
import { createClearJob, createWithdrawJob } from './jobs/clear-job.ts';
import { createCollectJob } from './jobs/collect-job.ts';
import { createFindJobs } from './jobs/find-jobs.ts';
import { createGetJob } from './jobs/get-job.ts';
import { createGetJobOrder } from './jobs/get-job-order.ts';
import { createHoldJob, createReleaseJob, createStartJob } from './jobs/hold-job.ts';
import { createJobViews } from './jobs/job-views.ts';
import { createRejectJob } from './jobs/reject-job.ts';
import { createPauseJob, createResumeJob } from './jobs/request-action.ts';
import { createResolveJob } from './jobs/resolve-job.ts';
import { createRetryJob } from './jobs/retry-job.ts';
import { createSubmitJob } from './jobs/submit-job.ts';
import { createCancelOrder } from './orders/cancel-order.ts';
import { createFindOrders } from './orders/find-orders.ts';
import { createGetOrder, createGetOrderJobs } from './orders/get-order.ts';
import { createSubmitOrder } from './orders/submit-order.ts';
import { createBeginPickup } from './pickups/begin-pickup.ts';
import { createConfirmBedClear } from './pickups/confirm-bed-clear.ts';
import { createConfirmPickup } from './pickups/confirm-pickup.ts';
import { createFindPickups } from './pickups/find-pickups.ts';
import { createReleasePickup } from './pickups/release-pickup.ts';
import { createReportPickupFailed } from './pickups/report-pickup-failed.ts';
import { createAddPrinter } from './printers/add-printer.ts';
import { createChangePrinter } from './printers/change-printer.ts';
import { createKeyRequests } from './printers/key-requests.ts';
import { createPrinterNumbers } from './printers/printer-numbers.ts';
import { createProbeAgain, createProbePrinter } from './printers/probe-printer.ts';
import { createRemovePrinter } from './printers/remove-printer.ts';
import { createSetHours } from './printers/set-hours.ts';
import { createSetLoadedMaterial } from './printers/set-loaded-material.ts';
import { createSetMaintenance } from './printers/set-maintenance.ts';
import { createGetSimulation, createSimulate } from './printers/simulate.ts';
import { createStartWorker, createStopWorker } from './printers/switch-worker.ts';
import { createFindPrinters, createGetPrinter } from './printers/view-printers.ts';

/** Every use case, over one store. */
export const createApplication = (deps: ApplicationDeps): Application => {
  const findAccount = createFindAccount(deps);
  const addPrinter = createAddPrinter(deps);
  const changePrinter = createChangePrinter(deps);
  return {
    submitJob: createSubmitJob(deps),
    retryJob: createRetryJob(deps),
    approveJob: createApproveJob(deps),
    rejectJob: createRejectJob(deps),
    cancelJob: createCancelJob(deps),
    pauseJob: createPauseJob(deps),
    resumeJob: createResumeJob(deps),
    collectJob: createCollectJob(deps),
    holdJob: createHoldJob(deps),
    releaseJob: createReleaseJob(deps),
    startJob: createStartJob(deps),
    withdrawJob: createWithdrawJob(deps),
    clearJob: createClearJob(deps),
    getJobOrder: createGetJobOrder(deps),
    assignJob: createAssignJob(deps),
    resolveJob: createResolveJob(deps),
    getJob: createGetJob(deps),
    findJobs: createFindJobs(deps),
    viewJobs: createJobViews(deps),

    submitOrder: createSubmitOrder(deps),
    cancelOrder: createCancelOrder(deps),
    getOrder: createGetOrder(deps),
    getOrderJobs: createGetOrderJobs(deps),
    findOrders: createFindOrders(deps),

    addPrinter,
    changePrinter,
    probePrinter: createProbePrinter(deps),
    probeAgain: createProbeAgain(deps),
    ...createKeyRequests(deps, { addPrinter, changePrinter }),
    watchCamera: createWatchCamera(deps),
    takePicture: createTakePicture(deps),
    setLoadedMaterial: createSetLoadedMaterial(deps),
    removePrinter: createRemovePrinter(deps),
    findPrinters: createFindPrinters(deps),
    getPrinter: createGetPrinter(deps),
    printerNumbers: createPrinterNumbers(deps),
    startWorker: createStartWorker(deps),
    stopWorker: createStopWorker(deps),
    setMaintenance: createSetMaintenance(deps),
    setHours: createSetHours(deps),
    simulate: createSimulate(deps),
    getSimulation: createGetSimulation(deps),

    findPickups: createFindPickups(deps),
    beginPickup: createBeginPickup(deps),
    confirmPickup: createConfirmPickup(deps),
    reportPickupFailed: createReportPickupFailed(deps),
    releasePickup: createReleasePickup(deps),
    confirmBedClear: createConfirmBedClear(deps),

    storeFile: createStoreFile(deps),
    getFile: createGetFile(deps),
    findFiles: createFindFiles(deps),
    discardFile: createDiscardFile(deps),
    publishFile: createPublishFile(deps),

    setUp: createSetUp(deps),
    needsSetUp: createNeedsSetUp(deps),
    createAccount: createCreateAccount(deps),
    findAccounts: createFindAccounts(deps),
    changeAccount: createChangeAccount(deps),
    changePassword: createChangePassword(deps, findAccount),
    authenticate: createAuthenticate(findAccount),
    authenticateCertificate: createAuthenticateCertificate(deps),
    setCertificates: createSetCertificates(deps),
    findCertificates: createFindCertificates(deps),
    logIn: createLogIn(deps, findAccount),
    logOut: createLogOut(deps),
    actorOfToken: createActorOfToken(deps),

    figures: createFigures(deps),
    usernameOf: createUsernameOf(deps),
  };
};
