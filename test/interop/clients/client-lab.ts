/** A lab of mock printers for one client program, which every account in it uses. */
import { asObject } from '../support/http-client.ts';
import { type AccountName, type Lab, passwordOf, startLab } from '../support/lab.ts';
import { startUaClient, type UaClient, type UaConnectOptions } from '../support/ua-client.ts';
import type { UaProgram } from '../support/ua-programs.ts';

export interface ClientLab {
  readonly lab: Lab;
  readonly program: UaProgram;
  /** Connected once for each account; '' is anonymous. */
  ua(account: AccountName | 'admin' | ''): Promise<UaClient>;
  /** Beside the others; ended with the lab. */
  newClient(name: string): UaClient;
  identityOf(account: AccountName | 'admin'): UaConnectOptions;
  stop(): Promise<void>;
}

export const startClientLab = async (
  program: UaProgram,
  {
    printers = 2,
    ...settings
  }: { readonly printers?: number } & Readonly<Record<string, string | number>> = {},
): Promise<ClientLab> => {
  const lab = await startLab({
    printers: 0,
    program,
    settings: {
      MOCK_PRINTER_INTERVAL: '0.1',
      MOCK_PRINTER_JOB_TIME: '30',
      PRINTER_WORKER_INTERVAL: '0.2',
      OPCUA_HISTORY_VALUES: '1000',
      ...Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)])),
    },
  });
  const admin = await lab.http('admin');
  for (let number = 1; number <= printers; number += 1) {
    const made = await admin.post('printers', {
      opcua_name: `Printer${number}`,
      api: 'Mock',
      url: `http://mock${number}`,
      api_key: '',
      worker: true,
    });
    if (made.status !== 201) throw new Error(`Printer${number}: ${JSON.stringify(made)}`);
  }
  const others: UaClient[] = [];
  return {
    lab,
    program,
    ua: account => lab.ua(account),
    newClient(name) {
      const client = startUaClient(lab.folder, name, program);
      others.push(client);
      return client;
    },
    identityOf: account => ({ user: account, password: passwordOf(account) }),
    async stop() {
      await Promise.all(others.map(one => one.kill()));
      await lab.stop();
    },
  };
};

/** The fields of a job as HTTP shows it. */
export const jobOverHttp = async (lab: Lab, id: number): Promise<Readonly<Record<string, unknown>>> => {
  const { body, status } = await (await lab.http('admin')).get(`jobs/${id}`);
  if (status !== 200) throw new Error(`Job ${id}: ${status} ${JSON.stringify(body)}`);
  return asObject(asObject(body).job);
};
