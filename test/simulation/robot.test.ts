import test from 'ava';
import {
  DataType,
  type ISessionContext,
  OPCUACertificateManager,
  OPCUAServer,
  StatusCodes,
  Variant,
} from 'node-opcua';
import { createRobot } from '../../src/simulation/robot.ts';
import { memoryLog } from '../support/fakes.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

const INSTANCES = 'http://monashautomation.com/UA/MesPrinting/Instances/';

type Inputs = readonly unknown[];
interface FakeServer {
  readonly url: string;
  /** Pickup/State and Pickup/Robot of Printer1. */
  readonly pickup: { state: number; robot: string };
  readonly calls: (readonly [string, ...Inputs])[];
  /** Bad answers to come, after the work was done: the answer is lost. */
  lost: number;
  /** ReturnCodes to come before 0. */
  readonly refusals: number[];
  stop(): Promise<void>;
}

/** As much of the print server's address space as a robot needs. */
const startFakeServer = async (): Promise<FakeServer> => {
  const folder = temporaryFolder();
  const certificates = new OPCUACertificateManager({ rootFolder: folder });
  const server = new OPCUAServer({
    host: '127.0.0.1',
    hostname: '127.0.0.1',
    port: 0,
    serverCertificateManager: certificates,
    userCertificateManager: certificates,
    userManager: {
      isValidUser: (name: string, password: string) => name === 'robot' && password === 'right',
    },
  });
  await server.initialize();
  const { addressSpace } = server.engine;
  if (addressSpace === null) throw new Error('No address space');
  const space = addressSpace.registerNamespace(INSTANCES);
  const id = (name: string): string => `ns=${space.index};s=${name}`;
  const printers = space.addObject({
    organizedBy: addressSpace.rootFolder.objects,
    browseName: 'Printers',
    nodeId: id('Printers'),
  });
  const printer = space.addObject({
    componentOf: printers,
    browseName: 'Printer1',
    nodeId: id('Printers/Printer1'),
  });
  const pickup = { state: 0, robot: '' };
  const variable = (name: string, get: () => Variant): void => {
    space.addVariable({
      componentOf: printer,
      browseName: name,
      nodeId: id(`Printers/Printer1/Pickup/${name}`),
      dataType: get().dataType,
      minimumSamplingInterval: 100,
      value: { get },
    });
  };
  variable('State', () => new Variant({ dataType: DataType.Int32, value: pickup.state }));
  variable('Robot', () => new Variant({ dataType: DataType.String, value: pickup.robot }));

  const fake = { calls: [] as FakeServer['calls'], lost: 0, refusals: [] as number[] };
  const method = (
    name: string,
    inputs: readonly DataType[],
    work: (inputs: Inputs) => readonly [DataType, unknown][],
  ): void => {
    const argument = (dataType: DataType, number: number) => ({ name: `A${number}`, dataType });
    const outputs = [DataType.UInt32, DataType.String, ...work([]).map(([dataType]) => dataType)];
    const node = space.addMethod(printers, {
      browseName: name,
      nodeId: id(`Printers.${name}`),
      inputArguments: inputs.map(argument),
      outputArguments: outputs.map(argument),
    });
    node.bindMethod(async (given: readonly Variant[], _context: ISessionContext) => {
      const values = given.map(({ value }) => value);
      fake.calls.push([name, ...values]);
      const code = fake.refusals.shift() ?? 0;
      const results = code === 0 ? work(values) : work([]);
      if (fake.lost > 0) {
        fake.lost--;
        return { statusCode: StatusCodes.BadTimeout };
      }
      return {
        statusCode: StatusCodes.Good,
        outputArguments: [
          new Variant({ dataType: DataType.UInt32, value: code }),
          new Variant({ dataType: DataType.String, value: '' }),
          ...results.map(([dataType, value]) => new Variant({ dataType, value })),
        ],
      };
    });
  };
  method('BeginPickup', [DataType.String, DataType.String], ([printerName, robot]) => {
    if (robot !== undefined) Object.assign(pickup, { state: 2, robot });
    return [
      [DataType.UInt32, 41],
      [DataType.String, printerName ?? ''],
      [DataType.UInt32, 7],
      [DataType.Int32, 1],
    ];
  });
  method('ConfirmPickup', [DataType.UInt32, DataType.String], ([pickupId]) => {
    if (pickupId !== undefined) Object.assign(pickup, { state: 0, robot: '' });
    return [[DataType.UInt32, 7]];
  });
  await server.start();
  return Object.assign(fake, {
    url: `opc.tcp://127.0.0.1:${server.endpoints[0]?.port}`,
    pickup,
    async stop() {
      await server.shutdown(0);
    },
  });
};

let fake: FakeServer;
test.before(async () => {
  fake = await startFakeServer();
});
test.after.always(() => fake?.stop());
test.beforeEach(() => {
  Object.assign(fake, { lost: 0 });
  Object.assign(fake.pickup, { state: 0, robot: '' });
  fake.calls.length = 0;
  fake.refusals.length = 0;
});

const robotNamed = (name: string) =>
  createRobot({
    endpointUrl: fake.url,
    username: 'robot',
    password: 'right',
    name,
    storagePlaces: ['A1', 'A2'],
    armTime: 20,
    pollInterval: 20,
    log: memoryLog(),
  });

test.serial(
  'takes a plate that is offered, stores it, and takes the next place for the next plate',
  async t => {
    const robot = robotNamed('arm');
    await robot.start();
    t.teardown(() => robot.stop());
    for (const place of ['A1', 'A2']) {
      fake.calls.length = 0;
      fake.pickup.state = 1;
      await until('the plate to be stored', () => fake.calls.length >= 2 && fake.pickup.state === 0);
      t.deepEqual(fake.calls, [
        ['BeginPickup', 'Printer1', 'arm'],
        ['ConfirmPickup', 41, place],
      ]);
    }
  },
);

test.serial('repeats the identical call after a lost answer, and when asked to come back', async t => {
  const robot = robotNamed('arm');
  fake.pickup.state = 1;
  fake.lost = 1;
  fake.refusals.push(0, 10);
  await robot.start();
  t.teardown(() => robot.stop());
  await until('the plate to be stored', () => fake.calls.length >= 4 && fake.pickup.state === 0);
  t.deepEqual(fake.calls, [
    ['BeginPickup', 'Printer1', 'arm'],
    ['BeginPickup', 'Printer1', 'arm'],
    ['BeginPickup', 'Printer1', 'arm'],
    ['ConfirmPickup', 41, 'A1'],
  ]);
});

test.serial('finishes what it held before it was restarted, and leaves what another robot holds', async t => {
  Object.assign(fake.pickup, { state: 2, robot: 'other' });
  const robot = robotNamed('arm');
  await robot.start();
  t.teardown(() => robot.stop());
  await new Promise(resolve => setTimeout(resolve, 300));
  t.deepEqual(fake.calls, []);
  fake.pickup.robot = 'arm';
  await until('the plate to be stored', () => fake.pickup.state === 0);
  t.is(fake.calls[0]?.[0], 'BeginPickup');
});
