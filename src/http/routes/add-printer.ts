import type { Application } from '../../app/application.ts';
import type { ProbeReport } from '../../app/ports.ts';
import { addPrinterSchema } from '../../contract/printer.ts';
import { addPrinterQuerySchema } from '../../contract/printer-probe.ts';
import { Refusal } from '../../domain/refusal.ts';
import { readJson } from '../body/json-body.ts';
import { callerOf, type HttpRouter } from '../context.ts';
import { addPrinterCommand } from '../json/add-printer-command.ts';
import { printerJson } from '../json/printer-json.ts';
import { probeJson } from '../json/probe-json.ts';
import { readQuery } from '../query.ts';
import { printerPaths } from './printers.ts';

const checkRequired = ({ reached, problem }: ProbeReport, required: 'reached' | 'ok' | undefined): void => {
  if (problem === null || required === undefined || (required === 'reached' && reached)) return;
  throw new Refusal('PrinterUnavailable', `Nothing was added. ${problem.message}`);
};

/** Labs add printers before these are powered, so one that cannot be reached is added too, and the answer says so. */
export const addAddPrinterRoutes = (router: HttpRouter, application: Application): void => {
  router.post('/printers', async ctx => {
    const { require } = readQuery(ctx, addPrinterQuerySchema);
    const command = addPrinterCommand(await readJson(ctx, addPrinterSchema));
    const report = await application.probePrinter(callerOf(ctx), command);
    checkRequired(report, require);
    const printer = await application.addPrinter(callerOf(ctx), command, report);
    ctx.status = 201;
    ctx.set('Location', `/api/v1/printers/${printer.id}`);
    ctx.body = {
      ...printerJson(await application.getPrinter(printer.name), callerOf(ctx)),
      probe: probeJson(report),
    };
  });

  router.post('/printers/probe', async ctx => {
    const command = addPrinterCommand(await readJson(ctx, addPrinterSchema));
    ctx.body = probeJson(await application.probePrinter(callerOf(ctx), command));
  });

  for (const { path, find } of printerPaths(application)) {
    router.post(`${path}/probe`, async ctx => {
      const { printer } = await find(ctx);
      ctx.body = probeJson(await application.probeAgain(callerOf(ctx), printer.name));
    });
  }
};
