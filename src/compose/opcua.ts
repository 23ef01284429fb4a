import type { DependencyContainer } from 'tsyringe';
import { createLivePrinters } from '../opcua/live-printers.ts';
import { createOpcuaServer } from '../opcua/server/server.ts';
import { diskSpaceOf } from './disk-space.ts';
import { opcuaLimitsOf } from './opcua-limits.ts';
import { registerOnce } from './register.ts';
import { centralStatusOf, serverHealth } from './server-health.ts';
import { tokens } from './tokens.ts';
import { version } from './version.ts';

export const registerOpcua = (container: DependencyContainer): void => {
  registerOnce(container, tokens.live, scope => createLivePrinters(scope.resolve(tokens.log)));
  registerOnce(container, tokens.opcua, scope => {
    const settings = scope.resolve(tokens.settings);
    const diskSpace = diskSpaceOf(settings);
    return createOpcuaServer({
      application: scope.resolve(tokens.application),
      throttle: scope.resolve(tokens.throttle),
      store: scope.resolve(tokens.store),
      commit: scope.resolve(tokens.commit),
      live: scope.resolve(tokens.live),
      central: () => centralStatusOf(scope),
      ...(diskSpace && { diskSpace }),
      healthy: () => serverHealth(scope).ready,
      clock: scope.resolve(tokens.clock),
      log: scope.resolve(tokens.log),
      settings: {
        host: settings.OPCUA_HOST,
        port: settings.OPCUA_PORT,
        hostnames: settings.OPCUA_HOSTNAMES,
        certificatesFolder: settings.CERTIFICATES_PATH,
        anonymous: settings.OPCUA_ANONYMOUS,
        acceptUnknownCertificates: settings.OPCUA_ACCEPT_UNKNOWN_CERTIFICATES,
        discoveryUrl: settings.OPCUA_DISCOVERY_URL,
        maxSessions: settings.OPCUA_MAX_SESSIONS,
        maxSessionsPerAddress: settings.OPCUA_MAX_SESSIONS_PER_ADDRESS,
        limits: opcuaLimitsOf(settings),
        sessionDiagnostics: settings.OPCUA_SESSION_DIAGNOSTICS,
        jobNodes: settings.JOB_NODES,
        historyValues: settings.OPCUA_HISTORY_VALUES,
        maxOpenJobs: settings.MAX_OPEN_JOBS,
        version,
      },
    });
  });
};
