import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Application } from '../app/application.ts';
import type { Commit } from '../app/commit.ts';
import type { Log } from '../app/ports.ts';
import { passwordInFile } from '../domain/password.ts';
import type { Settings } from '../settings/definitions.ts';

const FILE_NAME = 'set-up.txt';

const tokenIn = (file: string): string | undefined => {
  try {
    return /^token: (\S+)$/m.exec(readFileSync(file, 'utf8'))?.[1];
  } catch {
    return undefined;
  }
};

/**
 * The one-time token that makes the first account, kept over restarts until it is used. It stands in a file that
 * only the owner of the process can read, and nowhere else.
 */
export interface SetUpFile {
  readonly path: string;
  readonly token: string;
  write(url: string): void;
  remove(): void;
}

export const createSetUpFile = (folder: string): SetUpFile => {
  const path = join(folder, FILE_NAME);
  const token = tokenIn(path) ?? randomBytes(24).toString('base64url');
  return {
    path,
    token,
    write(url) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(path, instructions(url, token), { mode: 0o600 });
    },
    remove() {
      rmSync(path, { force: true });
    },
  };
};

const instructions = (url: string, token: string): string =>
  [
    'Make the first account, an administrator. This works once.',
    '',
    `curl ${url}/api/v1/setup -H 'content-type: application/json' \\`,
    `  -d '{"token": "${token}", "username": "admin", "password": "(your choice)"}'`,
    '',
    `token: ${token}`,
    '',
  ].join('\n');

/** @throws Error that names the setting at fault */
const createAdmin = async (application: Application, settings: Settings): Promise<void> => {
  const { ADMIN_PASSWORD_FILE: file, ADMIN_USERNAME: username } = settings;
  try {
    const password = passwordInFile(readFileSync(file, 'utf8'));
    await application.createAccount({ username, password, role: 'admin' });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(
      `ADMIN_USERNAME and ADMIN_PASSWORD_FILE (${resolve(file)}) made no first account: ${why.replace(/[^.]$/, '$&.')} ` +
        'Put its password into that file, or leave the setting empty for a one-time set-up.',
      { cause: error },
    );
  }
};

/** Makes the first account from ADMIN_PASSWORD_FILE, or says where the one-time set-up stands. */
export const prepareFirstStart = async (
  application: Application,
  commit: Commit,
  settings: Settings,
  file: SetUpFile,
  httpUrl: string,
  log: Log,
): Promise<void> => {
  if (!(await application.needsSetUp())) {
    file.remove();
    return;
  }
  if (settings.ADMIN_PASSWORD_FILE !== '') {
    await createAdmin(application, settings);
    log.info({ username: settings.ADMIN_USERNAME }, 'The first account was made from ADMIN_PASSWORD_FILE');
    return;
  }
  file.write(httpUrl);
  const unlisten = commit.listen('set-up file', ({ changes }) => {
    if (!changes.some(({ collection }) => collection === 'accounts')) return;
    unlisten();
    file.remove();
  });
  log.warn({ file: resolve(file.path) }, 'There is no account yet: this file says how to make the first one');
};
