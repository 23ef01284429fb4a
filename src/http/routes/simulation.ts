import type { Application } from '../../app/application.ts';
import { simulationSchema } from '../../contract/simulation.ts';
import { readJson } from '../body/json-body.ts';
import { callerOf, type HttpRouter } from '../context.ts';
import { runningSimulationJson, simulationStepOf } from '../json/simulation-json.ts';
import { printerPaths } from './printers.ts';

/** What is provoked on a Mock printer; PUT answers like GET. */
export const addSimulationRoutes = (router: HttpRouter, application: Application): void => {
  for (const { path, find } of printerPaths(application)) {
    router.get(`${path}/simulation`, async ctx => {
      const { printer } = await find(ctx);
      ctx.body = runningSimulationJson(await application.getSimulation(callerOf(ctx), printer.name));
    });

    router.put(`${path}/simulation`, async ctx => {
      const { now, steps } = await readJson(ctx, simulationSchema);
      const { printer } = await find(ctx);
      await application.simulate(callerOf(ctx), printer.name, {
        now: now ? simulationStepOf(now) : null,
        steps: steps.map(simulationStepOf),
      });
      ctx.body = runningSimulationJson(await application.getSimulation(callerOf(ctx), printer.name));
    });
  }
};
