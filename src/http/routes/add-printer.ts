import type { Application } from '../../app/application.ts';
import { addPrinterSchema } from '../../contract/printer.ts';
import { type AddedPrinterJson, addPrinterQuerySchema } from '../../contract/printer-probe.ts';
import { readJson } from '../body/json-body.ts';
import { callerOf, type HttpRouter } from '../context.ts';
import { addPrinterCommand } from '../json/add-printer-command.ts';
import { printerJson } from '../json/printer-json.ts';
import { probeJson } from '../json/probe-json.ts';
import { readQuery } from '../query.ts';
import { printerPaths } from './printers.ts';

export const addAddPrinterRoutes = (router: HttpRouter, application: Application): void => {
  router.post('/printers', async ctx => {
    const { require } = readQuery(ctx, addPrinterQuerySchema);
    const command = addPrinterCommand(await readJson(ctx, addPrinterSchema));
    const { printer, report } = await application.addPrinter(callerOf(ctx), command, { require });
    ctx.status = 201;
    ctx.set('Location', `/api/v1/printers/${printer.id}`);
    const body: AddedPrinterJson = {
      ...printerJson(await application.getPrinter(printer.name), callerOf(ctx)),
      probe: probeJson(report),
    };
    ctx.body = body;
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
