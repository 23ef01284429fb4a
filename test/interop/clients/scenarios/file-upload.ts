import test from 'ava';
import { gcodeOf } from '../../support/gcode.ts';
import { asObject } from '../../support/http-client.ts';
import type { UaClient } from '../../support/ua-client.ts';
import type { ClientLab } from '../client-lab.ts';

const WRITE = 'i=11588';
const CHUNK = 100_000;

const send = async (
  client: UaClient,
  name: string,
  content: Buffer,
): Promise<{ file: string; commit: string }> => {
  const made = await client.callOn('FileTransfer', 'FileTransfer.GenerateFileForWrite', [name]);
  if (made.status !== 'Good') throw new Error(`GenerateFileForWrite: ${made.status}`);
  const { FileNodeId, FileHandle } = made.outputs ?? {};
  for (let at = 0; at < content.length; at += CHUNK) {
    const bytes = content.subarray(at, at + CHUNK).toString('base64');
    const { status } = await client.callOn(String(FileNodeId), WRITE, [FileHandle, bytes]);
    if (status !== 'Good') throw new Error(`Write at ${at}: ${status}`);
  }
  const { status } = await client.callOn('FileTransfer', 'FileTransfer.CloseAndCommit', [FileHandle]);
  return { file: String(FileNodeId).replace(/^ns=3;s=/, ''), commit: status };
};

/** Files without HTTP, by the way of OPC 10000-20. */
export const fileUpload = (ofLab: () => ClientLab): void => {
  test.serial('a g-code file of several chunks is sent over OPC UA, submitted and printed', async t => {
    const { lab } = ofLab();
    const [plc, admin] = [await lab.ua('plc'), await lab.http('admin')];
    await lab.waitForReady('Printer1');
    const content = Buffer.from(`${gcodeOf(1)}${'; the rest is filling\n'.repeat(15_000)}`);
    const { file, commit } = await send(plc, 'foreign.gcode', content);
    t.is(commit, 'Good');
    t.regex(file, /^f-/);
    const stored = asObject((await admin.get(`files/${file}`)).body);
    t.true(JSON.stringify(stored).includes('foreign.gcode'), JSON.stringify(stored));
    t.true(JSON.stringify(stored).includes(String(content.length)), JSON.stringify(stored));
    const id = await lab.submit(file, { printer: 'Printer1' });
    await lab.waitForJob(id, 'printed');
    t.is(await lab.pickUp('Printer1'), id);
  });

  test.serial('what is no g-code is refused when it is committed', async t => {
    const plc = await ofLab().lab.ua('plc');
    const { file, commit } = await send(plc, 'letter.gcode', Buffer.from('Dear printer,\nhow are you?\n'));
    t.is(commit, 'BadDecodingError');
    t.is(await plc.code('Jobs.SubmitJob', file, '', '', '', 0, ''), 1);
  });
};
