import { createServer } from 'node:net';
import type { Settings } from '../settings/definitions.ts';

/** Why nobody can listen there; '' when one can. */
const obstacle = (host: string, port: number): Promise<string> =>
  new Promise(resolve => {
    const probe = createServer();
    probe.once('error', error =>
      resolve('code' in error && error.code === 'EADDRINUSE' ? 'it is taken' : error.message),
    );
    probe.listen(port, host, () => probe.close(() => resolve('')));
  });

/** @throws Error that names the setting, before anything is opened or changed */
export const checkPorts = async (settings: Settings): Promise<void> => {
  const faults: string[] = [];
  for (const name of ['HTTP', 'OPCUA'] as const) {
    const host = settings[`${name}_HOST`];
    const port = settings[`${name}_PORT`];
    const fault = port === 0 ? '' : await obstacle(host, port);
    if (fault !== '')
      faults.push(`${host}:${port} cannot be used: ${fault}. Set ${name}_HOST or ${name}_PORT.`);
  }
  if (faults.length > 0) throw new Error(faults.join('\n'));
};
