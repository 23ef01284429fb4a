/** Installations for tests of the commands: servers and commands as processes of their own. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { accessTokenSchema } from '../../src/contract/account.ts';
import { startChild } from '../support/child-process.ts';
import { freePort } from '../support/free-port.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const PASSWORD = 'correct horse battery';

/** An installation: its folders and ports, given by the environment. */
export const placeIn = async (root: string, name: string) => {
  const folder = (kind: string) => join(root, name, kind);
  const [http, opcua] = await Promise.all([freePort(), freePort()]);
  return {
    data: folder('data'),
    uploads: folder('upload'),
    certificate: join(folder('certificates'), 'own/certs/certificate.pem'),
    api: `http://127.0.0.1:${http}/api/v1`,
    environment: {
      DATABASE_URL: folder('data'),
      UPLOAD_PATH: folder('upload'),
      CERTIFICATES_PATH: folder('certificates'),
      ADMIN_PASSWORD_FILE: join(root, 'password'),
      HTTP_PORT: String(http),
      OPCUA_PORT: String(opcua),
      OPCUA_HOST: '127.0.0.1',
      OPCUA_HOSTNAMES: '127.0.0.1',
      TIME_ZONE: 'Australia/Melbourne',
    },
  };
};
export type Place = Awaited<ReturnType<typeof placeIn>>;

/** A folder for one test, with the password of its admin. */
export const newRoot = (t: ExecutionContext): string => {
  const root = temporaryFolder();
  t.teardown(() => rmSync(root, { recursive: true, force: true }));
  writeFileSync(join(root, 'password'), `${PASSWORD}\n`);
  return root;
};

/** Until it is ready. @returns what stops it as an operator would */
export const startServer = async (t: ExecutionContext, root: string, { environment }: Place) => {
  const server = startChild('main.ts', root, environment);
  t.teardown(() => server.process.kill('SIGKILL'));
  await server.waitFor(/^OPC UA opc\.tcp:/m);
  return async () => {
    server.process.kill('SIGTERM');
    t.is(await server.ended(), 0);
  };
};

/** As the admin. @returns the headers of a call */
export const logIn = async ({ api }: Pick<Place, 'api'>): Promise<{ readonly authorization: string }> => {
  const answer = await fetch(`${api}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'admin', password: PASSWORD }),
  });
  return { authorization: `Bearer ${accessTokenSchema.parse(await answer.json()).access_token}` };
};

/** One of our commands, to its end. */
export const run = async (
  command: 'backup' | 'export-nodeset' | 'restore' | 'certificates' | 'trust',
  root: string,
  environment: Readonly<Record<string, string>>,
  args: string[],
) => {
  const child = startChild(`commands/${command}.ts`, root, environment, args);
  const code = await child.ended();
  return { code, output: child.output() };
};
