import Router from '@koa/router';
import type Koa from 'koa';
import type { LogInThrottle } from '../../app/accounts/log-in-throttle.ts';
import type { Application } from '../../app/application.ts';
import { createUploads } from '../body/upload.ts';
import { createUploadPlaces } from '../body/upload-places.ts';
import type { State } from '../context.ts';
import type { HttpSettings } from '../http-settings.ts';
import { authentication } from '../middleware/authentication.ts';
import { setUpGate } from '../middleware/set-up-gate.ts';
import { addAddPrinterRoutes } from './add-printer.ts';
import { addLogInRoute, addSessionRoutes } from './auth.ts';
import { addCameraRoutes } from './cameras.ts';
import { addFileRoutes } from './files.ts';
import { addHealthRoutes, type Health } from './health.ts';
import { addJobActionRoutes } from './job-actions.ts';
import { addJobRoutes } from './jobs.ts';
import { addKeyRequestRoutes } from './key-requests.ts';
import { addOrderRoutes } from './orders.ts';
import { addPickupRoutes } from './pickups.ts';
import { addPrinterActionRoutes } from './printer-actions.ts';
import { addPrinterRoutes } from './printers.ts';
import { addRouteIndex } from './route-index.ts';
import { addSetLoadedMaterialRoute } from './set-loaded-material.ts';
import { addSetUpRoute } from './set-up.ts';
import { addSimulationRoutes } from './simulation.ts';
import { addUserRoutes } from './users.ts';

const PREFIX = '/api/v1';

export interface RouterDeps {
  readonly application: Application;
  /** The same as the other edges have. */
  readonly throttle: LogInThrottle;
  readonly settings: HttpSettings;
  /** Answers GET /readyz. */
  readonly health: Health;
  /** Of this software, for GET /. */
  readonly version: string;
}

/**
 * The routers, by what a request has to show: nothing, a finished set-up, an account. A new route gets a line in
 * route-table.ts.
 */
export const createRouters = ({ application, throttle, settings, health, version }: RouterDeps) => {
  const open = new Router<State, Koa.DefaultContext>();
  addHealthRoutes(open, health);
  const setUp = new Router<State, Koa.DefaultContext>({ prefix: PREFIX });
  addSetUpRoute(setUp, application);

  const gate = setUpGate(application);
  const root = new Router<State, Koa.DefaultContext>();
  root.use(gate);
  addRouteIndex(root, version);
  const logIn = new Router<State, Koa.DefaultContext>({ prefix: PREFIX });
  logIn.use(gate);
  addRouteIndex(logIn, version);
  const logInDeps = { application, throttle, cookieSecure: settings.cookieSecure };
  addLogInRoute(logIn, logInDeps);

  const closed = new Router<State, Koa.DefaultContext>({ prefix: PREFIX });
  closed.use(gate, authentication(application));
  const uploads = createUploads({
    application,
    places: createUploadPlaces(settings.uploads),
    maxBytes: settings.maxUploadBytes,
    pace: settings.uploadPace,
  });
  addSessionRoutes(closed, logInDeps);
  addFileRoutes(closed, application, uploads);
  addJobActionRoutes(closed, application);
  addJobRoutes(closed, application, uploads);
  addOrderRoutes(closed, application);
  addAddPrinterRoutes(closed, application);
  addCameraRoutes(closed, application);
  addKeyRequestRoutes(closed, application);
  addSetLoadedMaterialRoute(closed, application);
  addPrinterRoutes(closed, application);
  addPrinterActionRoutes(closed, application);
  addSimulationRoutes(closed, application);
  addPickupRoutes(closed, application);
  addUserRoutes(closed, application);

  return [open, setUp, root, logIn, closed];
};
