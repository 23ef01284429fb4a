/** What a job order may say, and how jobs of every origin are shown. */
import test from 'ava';
import { DataType, VariantArrayType, type VariantOptions } from 'node-opcua';
import { isa95Ids } from '../../../../src/opcua/companion/job-control/ids.ts';
import { until } from '../../../support/until.ts';
import {
  type Fields,
  type JobControl,
  LAB,
  outcomeOf,
  parametersOf,
  startJobControl,
  statesOf,
} from './fixture.ts';

const INVALID = `Uncertain ${1n << 32n}`;
const NOT_ACCEPTED = 'Uncertain 16';

let lab: JobControl;
let file = '';
test.before(async () => {
  lab = await startJobControl();
  file = (await lab.app.addFile('plc')).id;
  await lab.app.application.publishFile(lab.app.actors.operator, file, 'bracket');
});
test.after.always(() => lab?.close());

const string = (value: string): VariantOptions => ({ dataType: DataType.String, value });
const strings = (...value: string[]): VariantOptions => ({
  dataType: DataType.String,
  arrayType: VariantArrayType.Array,
  value,
});
const texts = (...value: { locale: string; text: string }[]): VariantOptions => ({
  dataType: DataType.LocalizedText,
  arrayType: VariantArrayType.Array,
  value,
});
const whole = (value: number): VariantOptions => ({ dataType: DataType.UInt32, value });

interface Listed {
  readonly jobOrder: Fields;
  readonly state: unknown;
}
const listed = async (): Promise<readonly Listed[]> =>
  (await lab.list('plc')).value.value as readonly Listed[];
const orderOf = async (id: string): Promise<Listed | undefined> =>
  (await listed()).find(({ jobOrder }) => jobOrder.jobOrderID === id);

test.serial('everything that a job order may say is kept, used, and shown again', async t => {
  const startTime = new Date('2026-03-01T08:00:00.000Z');
  const endTime = new Date('2026-03-01T10:00:00.000Z');
  const equipment = await lab.structure(await lab.session('plc'), isa95Ids.ISA95EquipmentDataType, {
    ID: 'Printer1',
  });
  const outcome = await lab.store('plc', 'Store', {
    jobOrderID: 'Full',
    description: [{ locale: 'en', text: 'For cell 3' }],
    file: 'bracket',
    startTime,
    endTime,
    priority: 7,
    equipmentRequirements: [equipment],
    parameters: [
      { ID: 'JobName', value: texts({ locale: 'de', text: 'Halter' }) },
      { ID: 'OrderNumbers', value: strings('A-17', 'A-18') },
      { ID: 'Customers', value: strings('Workshop') },
      { ID: 'CustomerOrderNumbers', value: strings('W-1') },
      { ID: 'RunsPlanned', value: whole(1) },
      { ID: 'JobExecutionMode', value: { dataType: DataType.Int32, value: 2 } },
      { ID: 'Owner', value: string('student') },
    ],
  });
  t.is(outcomeOf(outcome), 'Good 1');
  const job = await lab.app.application.getJobOrder(lab.app.actors.plc, 'Full');
  t.like(job, {
    fileId: file,
    wantedPrinter: 'Printer1',
    owner: lab.app.actors.student.accountId,
    submitter: lab.app.actors.plc.accountId,
    orderId: 'A-17',
    priority: 7,
  });
  const { jobOrder } = (await orderOf('Full')) as Listed;
  t.deepEqual(
    (jobOrder.workMasterID as readonly Fields[]).map(({ ID }) => ID),
    ['bracket'],
  );
  t.deepEqual(
    (jobOrder.equipmentRequirements as readonly Fields[]).map(({ ID }) => ID),
    ['Printer1'],
  );
  t.is(jobOrder.priority, 7);
  t.deepEqual([jobOrder.startTime, jobOrder.endTime], [startTime, endTime]);
  t.is((jobOrder.description as readonly { text: string }[])[0]?.text, 'For cell 3');
  const parameters = parametersOf(jobOrder.jobOrderParameters);
  t.deepEqual(Object.keys(parameters), ['JobName', 'OrderNumbers', 'Customers', 'CustomerOrderNumbers']);
  t.deepEqual(parameters.OrderNumbers, ['A-17', 'A-18']);
  // Nobody's name is stored with a job: a person can be erased.
  t.false(JSON.stringify(job.jobOrder).includes('student'));
});

test.serial('the file is named by a parameter as well', async t => {
  const parameters = [{ ID: 'File', value: string(file) }];
  t.is(outcomeOf(await lab.store('plc', 'StoreAndStart', { jobOrderID: 'ByFile', parameters })), 'Good 1');
  t.is(statesOf((await orderOf('ByFile'))?.state), '2 AllowedToStart / AllowedToStartSubstates 1 Waiting');
});

test.serial('a list of no length counts as an empty one', async t => {
  const none = { dataType: DataType.String, arrayType: VariantArrayType.Array, value: null };
  const parameters = [{ ID: 'OrderNumbers', value: none }];
  t.is(outcomeOf(await lab.store('plc', 'Store', { jobOrderID: 'NoNumbers', file, parameters })), 'Good 1');
});

const refusals: Readonly<Record<string, readonly [Fields, string]>> = {
  'has no JobOrderID': [{ jobOrderID: '' }, INVALID],
  'has a JobOrderID of the server': [{ jobOrderID: 'MES-7' }, NOT_ACCEPTED],
  'names no file': [{ file: undefined }, INVALID],
  'names a file that is not there': [{ file: 'f-none' }, INVALID],
  'names two files': [{ parameters: [{ ID: 'File', value: string('other') }] }, INVALID],
  'names a printer that is not there': [
    { parameters: [{ ID: 'Printer', value: string('Nowhere') }] },
    INVALID,
  ],
  'names an owner who is not there': [{ parameters: [{ ID: 'Owner', value: string('nobody') }] }, INVALID],
  'has a parameter that nobody knows': [{ parameters: [{ ID: 'Speed', value: whole(3) }] }, INVALID],
  'has a parameter twice': [
    {
      parameters: [
        { ID: 'Printer', value: string('') },
        { ID: 'Printer', value: string('') },
      ],
    },
    INVALID,
  ],
  'has a parameter of another type': [{ parameters: [{ ID: 'Printer', value: whole(1) }] }, INVALID],
  'plans two runs': [{ parameters: [{ ID: 'RunsPlanned', value: whole(2) }] }, INVALID],
  'wants a simulation': [
    { parameters: [{ ID: 'JobExecutionMode', value: { dataType: DataType.Int32, value: 0 } }] },
    INVALID,
  ],
  'has too many order numbers': [
    { parameters: [{ ID: 'OrderNumbers', value: strings(...Array(11).fill('x')) }] },
    INVALID,
  ],
  'has a name that is no text': [
    { parameters: [{ ID: 'JobName', value: { dataType: DataType.ByteString, value: Buffer.from('x') } }] },
    INVALID,
  ],
  'has order numbers in two dimensions': [
    {
      parameters: [
        {
          ID: 'OrderNumbers',
          value: {
            dataType: DataType.String,
            arrayType: VariantArrayType.Matrix,
            dimensions: [1, 2],
            value: ['a', 'b'],
          },
        },
      ],
    },
    INVALID,
  ],
  'ends before it starts': [{ startTime: new Date('2026-02-02'), endTime: new Date('2026-02-01') }, INVALID],
  'is to start at a time to come': [{ startTime: new Date('2100-01-01') }, NOT_ACCEPTED],
};

for (const [what, [fields, expected]] of Object.entries(refusals)) {
  test.serial(`a job order that ${what} is refused, and nothing stays of it`, async t => {
    const before = await lab.app.store.count('jobs');
    const outcome = await lab.store('plc', 'StoreAndStart', {
      jobOrderID: `Refused ${what}`,
      file,
      ...fields,
    });
    t.is(outcomeOf(outcome), expected);
    t.is(await lab.app.store.count('jobs'), before);
  });
}

test.serial('a job order that asks for people, assets or material is refused', async t => {
  const session = await lab.session('plc');
  for (const [field, id] of [
    ['personnelRequirements', 3011],
    ['physicalAssetRequirements', 3012],
    ['materialRequirements', 3010],
  ] as const) {
    const one = await lab.structure(
      session,
      `ns=7;i=${id}`,
      id === 3010 ? { materialClassID: 'PLA' } : { ID: 'x' },
    );
    t.is(
      outcomeOf(await lab.store('plc', 'Store', { jobOrderID: `Needs ${field}`, file, [field]: [one] })),
      INVALID,
      field,
    );
  }
});

test.serial('arguments that are no job order get a status and stop nothing', async t => {
  const session = await lab.session('plc');
  const call = (inputArguments: VariantOptions[]) =>
    session.call({ objectId: `${LAB}/JobOrderControl`, methodId: 'ns=7;i=7001', inputArguments });
  const comment: VariantOptions = {
    dataType: DataType.LocalizedText,
    arrayType: VariantArrayType.Array,
    value: [],
  };
  t.is((await call([])).statusCode.name, 'BadArgumentsMissing');
  t.is((await call([string('JO'), comment])).statusCode.name, 'BadInvalidArgument');
  const state = await lab.structure(session, isa95Ids.ISA95StateDataType, { stateNumber: 1 });
  t.false((await call([{ dataType: DataType.ExtensionObject, value: state }, comment])).statusCode.isGood());
  t.false((await call([{ dataType: DataType.ExtensionObject, value: null }, comment])).statusCode.isGood());
});

test.serial(
  'a job that came in another way is listed as MES- with its number, and controlled so',
  async t => {
    const id = await lab.app.submit('plc', { file, orderId: 'B-2', priority: 3 });
    const own = await until('it to be listed', () => orderOf(`MES-${id}`));
    t.is(own.jobOrder.priority, 3);
    t.deepEqual(parametersOf(own.jobOrder.jobOrderParameters).OrderNumbers, ['B-2']);
    t.is(outcomeOf(await lab.command('plc', 'RevokeStart', `MES-${id}`)), 'Good 1');
    t.true((await lab.app.jobOf(id)).held);
    t.is(outcomeOf(await lab.command('plc', 'Cancel', `MES-${id}`)), 'Good 1');
    t.is(await orderOf(`MES-${id}`), undefined);
    t.is((await lab.app.jobOf(id)).status, 'cancelled');
  },
);

test.serial('what a job order may name stands in the lists of the lab', async t => {
  const session = await lab.session('plc');
  const offered = async (name: string) =>
    (await session.read({ nodeId: `${LAB}/JobOrderControl/${name}` })).value.value;
  t.deepEqual(
    ((await offered('WorkMaster')) as readonly Fields[]).map(({ ID }) => ID),
    ['bracket'],
  );
  t.deepEqual([...((await offered('EquipmentID')) as string[])], ['Printer1', 'group:lab']);
  t.is(await offered('MaxDownloadableJobOrders'), 20_000);
  for (const name of ['MaterialClassID', 'MaterialDefinitionID', 'PhysicalAssetID', 'PersonnelID']) {
    t.deepEqual([...((await offered(name)) as string[])], [], name);
  }
});
