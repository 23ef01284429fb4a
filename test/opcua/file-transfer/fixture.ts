/** A server with files on a real disk, and clients that send some to it. */
import { mkdtempSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ClientSession, DataType, type NodeId, type OPCUAClient, type VariantOptions } from 'node-opcua';
import type { Application } from '../../../src/app/application.ts';
import type { FileStorage } from '../../../src/app/ports.ts';
import { createFileStorage } from '../../../src/files/file-storage.ts';
import {
  type FileMethod,
  fileMethods,
  type TransferMethod,
  transferMethods,
} from '../../../src/opcua/file-transfer/ids.ts';
import { createTestApp, type Person } from '../../support/app.ts';
import { memoryLog } from '../../support/fakes.ts';
import { connect, logIn, opcuaServer, opcuaSettings } from '../../support/opcua-server.ts';

export const TRANSFER = 'ns=3;s=FileTransfer';
export const MAX_BYTES = 12_000_000;

export interface Sent {
  readonly node: NodeId;
  readonly handle: number;
}

export const startFileTransfer = async (
  adjust: (application: Application) => Application = application => application,
) => {
  const folder = mkdtempSync(join(tmpdir(), 'file-transfer-'));
  const uploads = join(folder, 'uploads');
  const storage = createFileStorage({ folder: uploads, maxBytes: MAX_BYTES, log: memoryLog() });
  await storage.start();
  const files: FileStorage = storage;
  const app = await createTestApp({ files });
  const settings = opcuaSettings(join(folder, 'server'));
  const server = opcuaServer({ app, settings, application: adjust(app.application) });
  await server.start();
  const url = server.endpointUrl();
  const client: OPCUAClient = await connect({ url, pki: join(folder, 'client') });

  const transfer = (by: ClientSession, method: TransferMethod, ...inputArguments: VariantOptions[]) =>
    by.call({ objectId: TRANSFER, methodId: transferMethods[method].nodeId, inputArguments });

  const onFile = (by: ClientSession, { node, handle }: Sent, method: FileMethod, ...more: VariantOptions[]) =>
    by.call({
      objectId: node,
      methodId: fileMethods[method],
      inputArguments: [{ dataType: DataType.UInt32, value: handle }, ...more],
    });

  const generate = (by: ClientSession, name: string) =>
    transfer(by, 'GenerateFileForWrite', { dataType: DataType.String, value: name });

  return {
    app,
    server,
    url,
    client,
    storage,
    session: (person: Person) => logIn(client, person),
    transfer,
    onFile,
    generate,
    /** @throws Error when it is refused */
    async begin(by: ClientSession, name = 'part.gcode'): Promise<Sent> {
      const { statusCode, outputArguments } = await generate(by, name);
      if (statusCode.isNotGood()) throw new Error(statusCode.name);
      const [node, handle] = (outputArguments ?? []).map(({ value }): unknown => value);
      return { node: node as NodeId, handle: Number(handle) };
    },
    write: (by: ClientSession, sent: Sent, data: Buffer | string) =>
      onFile(by, sent, 'Write', { dataType: DataType.ByteString, value: Buffer.from(data) }),
    commit: (by: ClientSession, { handle }: Sent) =>
      transfer(by, 'CloseAndCommit', { dataType: DataType.UInt32, value: handle }),
    names: async () => (await readdir(uploads)).sort(),
    async stop() {
      await client.disconnect();
      await server.stop();
    },
  };
};
export type FileTransferLab = Awaited<ReturnType<typeof startFileTransfer>>;
