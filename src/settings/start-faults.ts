import { accessSync, constants, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, resolve, sep } from 'node:path';
import type { Settings } from './definitions.ts';

/** Those settings that are valid by themselves. */
export type ValidSettings = Partial<Settings>;

const folders = ({ DATABASE_URL, UPLOAD_PATH, CERTIFICATES_PATH }: ValidSettings) =>
  Object.entries({
    DATABASE_URL: DATABASE_URL?.kind === 'folder' ? DATABASE_URL.path : undefined,
    UPLOAD_PATH,
    CERTIFICATES_PATH,
  }).flatMap(([name, path]) => (path === undefined ? [] : [{ name, path: resolve(path) }]));

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);

/** The path, or the nearest one above it that is there. One that may not be looked at is told when it is written to. */
const existing = (path: string): { readonly path: string; readonly isFolder: boolean } => {
  try {
    return { path, isFolder: statSync(path).isDirectory() };
  } catch (error) {
    const above = dirname(path);
    const isAbsent = ['ENOENT', 'ENOTDIR'].includes(codeOf(error)) && above !== path;
    return isAbsent ? existing(above) : { path, isFolder: true };
  }
};

/** Paths that can be no folders, for each command. */
export const folderFaults = (settings: ValidSettings): readonly string[] =>
  folders(settings).flatMap(({ name, path }) => {
    const found = existing(path);
    const what = found.path === path ? 'it is' : `${found.path} is`;
    return found.isFolder ? [] : [`${name}=${JSON.stringify(path)}: ${what} no folder: give another path.`];
  });

/** Each folder belongs to one part of the server, which clears away what it does not know; a restore replaces it whole. */
export const sharedFolderFaults = (settings: ValidSettings): readonly string[] => {
  const all = folders(settings);
  return all.flatMap((one, index) =>
    all.slice(index + 1).flatMap(other => {
      const [outer, inner] = one.path.length <= other.path.length ? [one, other] : [other, one];
      const within = outer.path.endsWith(sep) ? outer.path : `${outer.path}${sep}`;
      const isSame = inner.path === outer.path;
      if (!isSame && !inner.path.startsWith(within)) return [];
      const what = isSame ? 'the same folder as' : 'a folder within';
      return [
        `${inner.name}=${JSON.stringify(inner.path)}: it is ${what} ${outer.name}: give each a folder of its own.`,
      ];
    }),
  );
};

const isWritable = (path: string): boolean => {
  try {
    accessSync(path, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

const closedFolders = (settings: ValidSettings): readonly string[] =>
  folders(settings).flatMap(({ name, path }) => {
    const found = existing(path);
    if (!found.isFolder || isWritable(found.path)) return [];
    const what = found.path === path ? 'in it' : `in ${found.path}`;
    return [
      `${name}=${JSON.stringify(path)}: this user may not write ${what}: change the rights or the path.`,
    ];
  });

const isWildcard = (host: string): boolean => ['0.0.0.0', '::', ''].includes(host);

const addressOf = (host: string): string => (host.toLowerCase() === 'localhost' ? '127.0.0.1' : host);

/** HTTP and OPC UA cannot share a port. */
export const portFaults = (settings: ValidSettings): readonly string[] => {
  const { HTTP_HOST = '', HTTP_PORT, OPCUA_HOST = '', OPCUA_PORT } = settings;
  const overlap =
    addressOf(HTTP_HOST) === addressOf(OPCUA_HOST) || isWildcard(HTTP_HOST) || isWildcard(OPCUA_HOST);
  if (HTTP_PORT === undefined || HTTP_PORT === 0 || HTTP_PORT !== OPCUA_PORT || !overlap) return [];
  return [`HTTP_PORT and OPCUA_PORT are both ${HTTP_PORT}: give each a port of its own.`];
};

/** Why nobody can listen on any port of that address; '' when one can. */
const addressFault = (host: string): Promise<string> =>
  new Promise(done => {
    const probe = createServer();
    probe.once('error', error => {
      const isForeign = ['EADDRNOTAVAIL', 'ENOTFOUND'].includes(codeOf(error));
      done(isForeign ? 'it is no address of this machine' : error.message);
    });
    probe.listen(0, host, () => probe.close(() => done('')));
  });

const hostFaults = async (settings: ValidSettings): Promise<readonly string[]> => {
  const faults: string[] = [];
  for (const name of ['HTTP_HOST', 'OPCUA_HOST'] as const) {
    const host = settings[name];
    const fault = host === undefined ? '' : await addressFault(host);
    if (fault === '') continue;
    faults.push(
      `${name}=${JSON.stringify(host)}: ${fault}: give an address of this machine, or 0.0.0.0 for all.`,
    );
  }
  return faults;
};

/** No account can be there yet, so that the file with the first password is surely needed. */
const isFirstStart = ({ DATABASE_URL }: ValidSettings): boolean => {
  if (DATABASE_URL === undefined) return false;
  if (DATABASE_URL.kind === 'memory') return true;
  try {
    return readdirSync(DATABASE_URL.path).length === 0;
  } catch (error) {
    return codeOf(error) === 'ENOENT';
  }
};

const passwordFaults = (settings: ValidSettings): readonly string[] => {
  const file = settings.ADMIN_PASSWORD_FILE ?? '';
  if (file === '' || !isFirstStart(settings)) return [];
  try {
    readFileSync(file);
    return [];
  } catch (error) {
    const shown = JSON.stringify(resolve(file));
    return [
      `ADMIN_PASSWORD_FILE=${shown}: it cannot be read (${codeOf(error)}): put the password there, or leave it empty for a one-time set-up.`,
    ];
  }
};

/** What this machine does not allow, as far as it shows before anything is made or opened. */
export const startFaults = async (settings: ValidSettings): Promise<readonly string[]> => [
  ...closedFolders(settings),
  ...(await hostFaults(settings)),
  ...passwordFaults(settings),
];
