import type { DependencyContainer } from 'tsyringe';
import { createCentralClient } from '../central/central-client.ts';
import { createCentralServer } from '../simulation/central-server.ts';
import { registerOnce } from './register.ts';
import { tokens } from './tokens.ts';

const SECOND = 1000;
/** A printer that was not read for so many worker intervals is told as Offline. */
const STALE_INTERVALS = 6;
const LEAST_STALE = 60 * SECOND;

/** As the earlier server had it: a URL with `mock` in it means a simulated central server. */
const isSimulated = (url: string): boolean => url.includes('mock');

export const registerCentral = (container: DependencyContainer): void => {
  registerOnce(container, tokens.simulatedCentral, scope => {
    const { OPCUA_SERVER_URL, OPCUA_SERVER_NAMESPACE } = scope.resolve(tokens.settings);
    if (!isSimulated(OPCUA_SERVER_URL)) return undefined;
    const server = createCentralServer({ port: 0, namespace: OPCUA_SERVER_NAMESPACE });
    return {
      ...server,
      async start() {
        await server.start();
        scope
          .resolve(tokens.log)
          .info(
            { url: server.endpointUrl() },
            'A simulated central server runs here: browse it at this URL. It has Printer1 to Printer8, so name printers so to see them there. For the real one give its URL, without mock in it, as OPCUA_SERVER_URL',
          );
      },
    };
  });
  registerOnce(container, tokens.central, scope => {
    const settings = scope.resolve(tokens.settings);
    if (settings.OPCUA_SERVER_URL === '') return undefined;
    const simulated = scope.resolve(tokens.simulatedCentral);
    const username = settings.CENTRAL_OPCUA_USERNAME;
    return createCentralClient({
      store: scope.resolve(tokens.store),
      commit: scope.resolve(tokens.commit),
      live: scope.resolve(tokens.live),
      clock: scope.resolve(tokens.clock),
      log: scope.resolve(tokens.log),
      settings: {
        url: simulated === undefined ? settings.OPCUA_SERVER_URL : simulated.endpointUrl(),
        namespace: settings.OPCUA_SERVER_NAMESPACE,
        ...(username === '' ? {} : { username, password: settings.CENTRAL_OPCUA_PASSWORD }),
        refreshInterval: settings.CENTRAL_REFRESH_INTERVAL * SECOND,
        staleAfter: Math.max(LEAST_STALE, STALE_INTERVALS * settings.PRINTER_WORKER_INTERVAL * SECOND),
      },
    });
  });
};
