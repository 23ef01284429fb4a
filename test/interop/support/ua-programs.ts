import { fileURLToPath } from 'node:url';
import { miloPath, open62541Path, pythonPath } from './peers.ts';

/** Clients of different makers that speak the same lines: asyncua (Python), Milo (Java), open62541 (C), node-opcua. */
export const uaPrograms = ['asyncua', 'milo', 'open62541', 'node-opcua'] as const;
export type UaProgram = (typeof uaPrograms)[number];

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Small heaps and one collector: several of them run at once on two cores. */
const javaOptions = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto'];

export const commandOf = (program: UaProgram): readonly [command: string, ...args: string[]] => {
  switch (program) {
    case 'asyncua':
      return [pythonPath(), '-u', file('./ua_client.py')];
    case 'milo':
      return ['java', ...javaOptions, '-cp', `${miloPath()}/classes:${miloPath()}/lib/*`, 'Main'];
    case 'open62541':
      return [open62541Path()];
    case 'node-opcua':
      return [process.execPath, file('../clients/node-opcua/main.ts')];
  }
};
