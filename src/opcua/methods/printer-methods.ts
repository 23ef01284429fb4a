import { bedContents } from '../../domain/bed.ts';
import type { UseCases } from './use-case.ts';

type PrinterMethod =
  | 'StartWorker'
  | 'StopWorker'
  | 'SetMaintenance'
  | 'BeginPickup'
  | 'ConfirmPickup'
  | 'ReportPickupFailed'
  | 'ReleasePickup'
  | 'ConfirmBedClear';

export const printerMethods: UseCases<PrinterMethod> = {
  async StartWorker(application, actor, input) {
    await application.startWorker(actor, input.Printer);
    return {};
  },

  async StopWorker(application, actor, input) {
    await application.stopWorker(actor, input.Printer);
    return {};
  },

  async SetMaintenance(application, actor, input) {
    await application.setMaintenance(actor, input.Printer, input.On, input.Reason);
    return {};
  },

  async BeginPickup(application, actor, input) {
    const { pickupId, printer, jobId, content } = await application.beginPickup(
      actor,
      input.Printer,
      input.Robot,
    );
    return { PickupId: pickupId, PickupPrinter: printer, JobId: jobId, Content: bedContents[content] };
  },

  async ConfirmPickup(application, actor, input) {
    const { jobId } = await application.confirmPickup(actor, input.PickupId, input.StorageLocation);
    return { JobId: jobId };
  },

  async ReportPickupFailed(application, actor, input) {
    await application.reportPickupFailed(actor, input.PickupId, input.Reason);
    return {};
  },

  async ReleasePickup(application, actor, input) {
    await application.releasePickup(actor, input.PickupId, input.Reason);
    return {};
  },

  async ConfirmBedClear(application, actor, input) {
    await application.confirmBedClear(actor, input.Printer);
    return {};
  },
};
