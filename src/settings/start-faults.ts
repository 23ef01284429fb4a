import { accessSync, constants, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, resolve, sep } from 'node:path';
import { MAX_PASSWORD, MIN_PASSWORD, passwordInFile } from '../domain/password.ts';
import type { SettingName, Settings } from './definitions.ts';
import type { SettingFault } from './loaded-settings.ts';

/** Those settings that are valid by themselves. */
export type ValidSettings = Partial<Settings>;

const fault = (settings: SettingName | readonly SettingName[], message: string): SettingFault => ({
  settings: typeof settings === 'string' ? [settings] : settings,
  message,
});

const folders = ({ DATABASE_URL, UPLOAD_PATH, CERTIFICATES_PATH }: ValidSettings) =>
  (
    [
      ['DATABASE_URL', DATABASE_URL?.kind === 'folder' ? DATABASE_URL.path : undefined],
      ['UPLOAD_PATH', UPLOAD_PATH],
      ['CERTIFICATES_PATH', CERTIFICATES_PATH],
    ] as const
  ).flatMap(([name, path]) => (path === undefined ? [] : [{ name, path: resolve(path) }]));

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
export const folderFaults = (settings: ValidSettings): readonly SettingFault[] =>
  folders(settings).flatMap(({ name, path }) => {
    const found = existing(path);
    const what = found.path === path ? 'it is' : `${found.path} is`;
    const message = `${name}=${JSON.stringify(path)}: ${what} no folder: give another path.`;
    return found.isFolder ? [] : [fault(name, message)];
  });

/** Each folder belongs to one part of the server, which clears away what it does not know; a restore replaces it whole. */
export const sharedFolderFaults = (settings: ValidSettings): readonly SettingFault[] => {
  const all = folders(settings);
  return all.flatMap((one, index) =>
    all.slice(index + 1).flatMap(other => {
      const [outer, inner] = one.path.length <= other.path.length ? [one, other] : [other, one];
      const within = outer.path.endsWith(sep) ? outer.path : `${outer.path}${sep}`;
      const isSame = inner.path === outer.path;
      if (!isSame && !inner.path.startsWith(within)) return [];
      const what = isSame ? 'the same folder as' : 'a folder within';
      const message = `${inner.name}=${JSON.stringify(inner.path)}: it is ${what} ${outer.name}: give each a folder of its own.`;
      return [fault([inner.name, outer.name], message)];
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

const closedFolders = (settings: ValidSettings): readonly SettingFault[] =>
  folders(settings).flatMap(({ name, path }) => {
    const found = existing(path);
    if (!found.isFolder || isWritable(found.path)) return [];
    const what = found.path === path ? 'in it' : `in ${found.path}`;
    const message = `${name}=${JSON.stringify(path)}: this user may not write ${what}: change the rights or the path.`;
    return [fault(name, message)];
  });

const isWildcard = (host: string): boolean => ['0.0.0.0', '::', ''].includes(host);

const addressOf = (host: string): string => (host.toLowerCase() === 'localhost' ? '127.0.0.1' : host);

/** HTTP and OPC UA cannot share a port. */
export const portFaults = (settings: ValidSettings): readonly SettingFault[] => {
  const { HTTP_HOST = '', HTTP_PORT, OPCUA_HOST = '', OPCUA_PORT } = settings;
  const overlap =
    addressOf(HTTP_HOST) === addressOf(OPCUA_HOST) || isWildcard(HTTP_HOST) || isWildcard(OPCUA_HOST);
  if (HTTP_PORT === undefined || HTTP_PORT === 0 || HTTP_PORT !== OPCUA_PORT || !overlap) return [];
  const message = `HTTP_PORT and OPCUA_PORT are both ${HTTP_PORT}: give each a port of its own.`;
  return [fault(['HTTP_PORT', 'OPCUA_PORT'], message)];
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

const hostFaults = async (settings: ValidSettings): Promise<readonly SettingFault[]> => {
  const faults: SettingFault[] = [];
  for (const name of ['HTTP_HOST', 'OPCUA_HOST'] as const) {
    const host = settings[name];
    const why = host === undefined ? '' : await addressFault(host);
    if (why === '') continue;
    const message = `${name}=${JSON.stringify(host)}: ${why}: give an address of this machine, or 0.0.0.0 for all.`;
    faults.push(fault(name, message));
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

/** Why no account can be made with it; '' when one can. */
const passwordFault = (file: string): string => {
  try {
    const { length } = passwordInFile(readFileSync(file, 'utf8'));
    if (length === 0) return 'it is empty';
    if (length < MIN_PASSWORD) return `what it holds is shorter than ${MIN_PASSWORD} characters`;
    return length > MAX_PASSWORD ? `what it holds is longer than ${MAX_PASSWORD} characters` : '';
  } catch (error) {
    return `it cannot be read (${codeOf(error)})`;
  }
};

const passwordFaults = (settings: ValidSettings): readonly SettingFault[] => {
  const file = settings.ADMIN_PASSWORD_FILE ?? '';
  if (file === '' || !isFirstStart(settings)) return [];
  const why = passwordFault(file);
  if (why === '') return [];
  const message = `ADMIN_PASSWORD_FILE=${JSON.stringify(resolve(file))}: ${why}: put the password there, or leave it empty for a one-time set-up.`;
  return [fault('ADMIN_PASSWORD_FILE', message)];
};

/** What this machine does not allow, as far as it shows before anything is made or opened. */
export const startFaults = async (settings: ValidSettings): Promise<readonly SettingFault[]> => [
  ...closedFolders(settings),
  ...(await hostFaults(settings)),
  ...passwordFaults(settings),
];
