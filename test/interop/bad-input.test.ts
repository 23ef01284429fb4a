/** Bad input: each a clear answer, and nothing is lost. */
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import test from 'ava';
import { until } from '../support/until.ts';
import { gcodeOf } from './support/gcode.ts';
import { type Answer, asObject } from './support/http-client.ts';
import { type Lab, startLab } from './support/lab.ts';
import { runToEnd } from './support/server-process.ts';
import { UaFailure } from './support/ua-client.ts';

let lab: Lab;
let file: string;
test.before(async () => {
  lab = await startLab({ printers: 0, settings: { MAX_UPLOAD_MB: '1' } });
  file = await lab.upload('good.gcode', gcodeOf(1));
  const made = await (await lab.http('admin')).post('printers', {
    opcua_name: 'Mock1',
    api: 'Mock',
    url: 'http://mock',
    api_key: '',
    worker: false,
  });
  if (made.status !== 201) throw new Error(JSON.stringify(made));
});
test.after.always(async () => {
  await lab?.stop();
});

/** After every bad thing: the good one still works. */
test.afterEach(async () => {
  const plc = await lab.ua('plc');
  await plc.value('MesPrinting/Heartbeat');
});

const jobCount = async (): Promise<number> =>
  ((await (await lab.ua('plc')).ok('Jobs.FindJobs', '', '', '', '', 0, 1000)).JobIds as number[]).length;

const storedFiles = async (): Promise<readonly string[]> => {
  const entries = await readdir(join(lab.server.folder, 'upload'), { recursive: true, withFileTypes: true });
  return entries.filter(entry => entry.isFile()).map(entry => entry.name);
};

/** RFC 9457, with words that a person can use. */
const isProblem = (answer: Answer, ...statuses: readonly number[]): boolean => {
  const { title, detail } = asObject(answer.body);
  return (
    statuses.includes(answer.status) &&
    (answer.headers.get('content-type') ?? '').startsWith('application/problem+json') &&
    typeof title === 'string' &&
    typeof detail === 'string' &&
    detail.length > 10
  );
};

test.serial('wrong argument types and counts get a Bad status, and no job is made', async t => {
  const plc = await lab.ua('plc');
  const before = await jobCount();
  const types = ['String', 'String', 'String', 'String', 'Int16', 'String'];
  const wrong = await plc.call('Jobs.SubmitJob', [file, '', '', '', 1, ''], types);
  t.is(wrong.status, 'BadInvalidArgument');
  t.is((await plc.call('Jobs.CancelJob', ['one', 'no'], ['String', 'String'])).status, 'BadInvalidArgument');
  t.is((await plc.call('Jobs.SubmitJob', [file], ['String'])).status, 'BadArgumentsMissing');
  const many = await plc.call('Jobs.ApproveJob', [1, 2, 3], ['UInt32', 'UInt32', 'UInt32']);
  t.is(many.status.startsWith('Bad'), true, many.status);
  t.is(await jobCount(), before);
});

test.serial('unknown ids are NotFound, over OPC UA and HTTP', async t => {
  const [plc, staff] = [await lab.ua('plc'), await lab.ua('staff')];
  t.is(await plc.code('Jobs.SubmitJob', 'f-no-such-file', '', '', '', 0, ''), 1);
  t.is(await plc.code('Jobs.SubmitJob', file, 'NoSuchPrinter', '', '', 0, ''), 1);
  t.is(await plc.code('Jobs.SubmitJob', file, '', 'nobody', '', 0, ''), 1);
  t.is(await plc.code('Jobs.GetJob', 4_000_000_000), 1);
  t.is(await staff.code('Jobs.CancelJob', 4_000_000_000, 'x'), 1);
  t.is(await plc.code('Printers.BeginPickup', 'NoSuchPrinter', 'robot1'), 1);
  t.is(await plc.code('Printers.ConfirmPickup', 4_000_000_000, 'A1'), 1);
  t.is((await plc.read('Jobs/4000000000'))[0]?.status, 'BadNodeIdUnknown');
  const admin = await lab.http('admin');
  for (const path of ['jobs/4000000', 'printers/4000000', 'printers/opcua/NoSuchPrinter']) {
    t.true(isProblem(await admin.get(path), 404), path);
  }
  t.is((await admin.get('jobs/not-a-number')).status >= 400, true);
  t.true((await admin.get('jobs/not-a-number')).status < 500);
});

test.serial('control characters and over-long texts are InvalidArgument', async t => {
  const plc = await lab.ua('plc');
  const before = await jobCount();
  for (const bad of ['a\u0000b', 'a\nb', 'a\u001b[31m', 'x'.repeat(65), 'Grün']) {
    t.is(await plc.code('Jobs.SubmitJob', file, '', '', '', 0, bad), 4, JSON.stringify(bad.slice(0, 10)));
  }
  for (const bad of ['a\u0000b', 'a\nb', 'x'.repeat(5000)]) {
    t.is(await plc.code('Jobs.SubmitJob', file, '', '', bad, 0, ''), 4, JSON.stringify(bad.slice(0, 10)));
    t.not(await plc.code('Jobs.SubmitJob', bad, '', '', '', 0, ''), 0);
    t.not(await plc.code('Jobs.SubmitJob', file, bad, '', '', 0, ''), 0);
    t.not(await plc.code('Printers.BeginPickup', 'Mock1', bad), 0);
  }
  t.is(await jobCount(), before);
});

test.serial('a string of 10 MB is refused while others are served', async t => {
  const [plc, other] = [await lab.ua('robot2'), await lab.ua('plc')];
  const before = await jobCount();
  const huge = 'x'.repeat(10_000_000);
  const answers: string[] = [];
  const refusal = plc
    .call('Jobs.SubmitJob', [file, '', '', huge, 0, ''])
    .then(answer => (answer.status === 'Good' ? Number(answer.outputs?.ReturnCode) : answer.status))
    .catch(error => (error instanceof UaFailure ? error.status : 'no answer'));
  void refusal.then(() => answers.push('refusal'));
  await other.value('MesPrinting/Heartbeat');
  answers.push('heartbeat');
  t.not(await refusal, 0);
  t.deepEqual(answers, ['heartbeat', 'refusal']);
  t.is(await jobCount(), before);
  const overHttp = await (await lab.http('admin')).post('jobs', { file_id: file, order_id: huge });
  t.true(overHttp.status >= 400 && overHttp.status < 500, String(overHttp.status));
});

test.serial('what is no g-code is refused by name and content, and nothing is left of it', async t => {
  const student = await lab.http('student');
  const before = await storedFiles();
  const png = Uint8Array.from([
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, 0x49, 0x48, 0x44, 0x52,
  ]);
  t.true(isProblem(await student.upload('picture.gcode', png), 400, 415, 422));
  t.true(isProblem(await student.upload('empty.gcode', ''), 400, 422));
  t.true(isProblem(await student.upload('letter.txt', gcodeOf(1)), 400, 415, 422));
  t.true(isProblem(await student.upload('words.gcode', 'there is not a single move in here\n'), 400, 422));
  t.true(isProblem(await student.upload('fake.bgcode', gcodeOf(1)), 400, 415, 422));
  t.true(isProblem(await student.upload('large.gcode', `G1 X1\n${'; filler\n'.repeat(200_000)}`), 413));
  t.deepEqual(await storedFiles(), before);
});

test.serial('an upload that is cut off half-way leaves nothing', async t => {
  const { token } = await lab.http('student');
  const before = await storedFiles();
  const { hostname, port } = new URL(lab.server.httpUrl);
  const head = [
    'POST /api/v1/files HTTP/1.1',
    `Host: ${hostname}`,
    `Authorization: Bearer ${token}`,
    'Content-Type: multipart/form-data; boundary=cut',
    'Content-Length: 500000',
    '',
    '--cut',
    'Content-Disposition: form-data; name="file"; filename="half.gcode"',
    '',
    'G1 X1 Y1\n'.repeat(10_000),
  ].join('\r\n');
  await new Promise<void>((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write(head, () => setTimeout(() => socket.destroy(), 500));
    });
    socket.once('close', () => resolve());
    socket.once('error', reject);
  });
  await until('the half file to be gone', async () => (await storedFiles()).length === before.length, {
    timeout: 10_000,
  });
  t.deepEqual(await storedFiles(), before);
});

test.serial('a file name that is not ASCII stays what it is', async t => {
  const answer = await (await lab.http('student')).upload(
    'Gehäuse ×2 – 部品.gcode',
    gcodeOf(1, { comment: 'name' }),
  );
  t.is(answer.status, 201);
  t.true(JSON.stringify(answer.body).includes('Gehäuse ×2 – 部品.gcode'));
  const plc = await lab.ua('plc');
  const { JobId } = await plc.ok('Jobs.SubmitJob', asObject(answer.body).id, '', '', '', 0, '');
  t.is(typeof (await plc.ok('Jobs.GetJob', JobId)).File, 'string');
});

test.serial(
  'printers: duplicate names, names that are not ASCII and URLs that are none are refused',
  async t => {
    const admin = await lab.http('admin');
    const printer = { api: 'OctoPrint', url: 'http://127.0.0.1:1', api_key: 'secret-key', worker: false };
    t.true(isProblem(await admin.post('printers', { ...printer, opcua_name: 'mock1' }), 409));
    t.true(isProblem(await admin.post('printers', { ...printer, opcua_name: 'Drücker' }), 400, 422));
    t.true(isProblem(await admin.post('printers', { ...printer, opcua_name: 'a/b' }), 400, 422));
    t.true(
      isProblem(await admin.post('printers', { ...printer, opcua_name: 'P9', url: 'no url' }), 400, 422),
    );
    t.true(
      isProblem(await admin.post('printers', { ...printer, opcua_name: 'P9', url: 'ftp://x/' }), 400, 422),
    );
    t.true(
      isProblem(await admin.post('printers', { ...printer, opcua_name: 'P9', api: 'Telepathy' }), 400, 422),
    );
    t.true(isProblem(await admin.post('printers'), 400, 415, 422));
    t.is(((await admin.get('printers')).body as unknown[]).length, 1);
  },
);

test.serial('settings with three faults: all three are told at once, and it does not start', async t => {
  const { code, output } = await runToEnd(lab.folder, {
    ...lab.server.settings,
    HTTP_PORT: 'eighty',
    AUTO_APPROVE: 'perhaps',
    PRINTER_WORKER_INTERVAL: '-1',
  });
  t.not(code, 0);
  for (const name of ['HTTP_PORT', 'AUTO_APPROVE', 'PRINTER_WORKER_INTERVAL'])
    t.true(output.includes(name), name);
  t.false(output.includes('    at '), 'a message, no stack trace');
});

test.serial('a second process on the same folder is refused, the first goes on', async t => {
  const { code, signal, output } = await runToEnd(lab.folder, {
    ...lab.server.settings,
    HTTP_PORT: '0',
    OPCUA_PORT: '0',
  });
  t.is(signal, null, 'it ended by itself');
  t.not(code, 0);
  t.true(output.includes(lab.server.settings.DATABASE_URL ?? '?'), 'it names the folder');
  t.is((await fetch(`${lab.server.httpUrl}/readyz`)).status, 200);
});
