/**
 * Profiles of the OPC Foundation and of companion specifications that this server claims, each with the test that
 * shows it; listed for people in docs/opcua.md. Each part appends its own.
 */
export interface Claim {
  readonly name: string;
  /** Of a profile, for ServerProfileArray; a conformance unit alone has none. */
  readonly uri?: string;
  /** A test's file below test/ and its title. */
  readonly test: readonly [file: string, title: string];
}

const DISCOVERY = 'opcua/companion/machinery/discovery.test.ts';
const MACHINERY = 'http://opcfoundation.org/UA-Profile/Machinery/Server';

const JOB_WALK = 'opcua/companion/job-control/walk.test.ts';
const JOB_ORDERS = 'opcua/companion/job-control/job-orders.test.ts';
const JOB_RIGHTS = 'opcua/companion/job-control/rights.test.ts';
const ISA95 = 'http://opcfoundation.org/UA-Profile/ISA-95/Server';

const ALARMS = 'opcua/alarms/alarms.test.ts';
const CONDITIONS = 'opcua/alarms/conditions.test.ts';
const SERVER = 'http://opcfoundation.org/UA-Profile/Server';

export const claims: readonly Claim[] = [
  {
    name: 'Machinery Machine Identification Server Facet',
    uri: `${MACHINERY}/MachineIdentification`,
    test: [
      DISCOVERY,
      'a browse path leads from a machine to its identification, also in pages of one reference',
    ],
  },
  {
    name: 'Machinery Find Machines',
    test: [
      DISCOVERY,
      'Machinery Find Machines: all machines are found from Machines, which Objects organizes',
    ],
  },
  {
    name: 'Machinery Machine Identification',
    test: [
      DISCOVERY,
      'Machinery Machine Identification: on each machine and in its building blocks, one node, all mandatory ones',
    ],
  },
  {
    name: 'Machinery Building Block Organization',
    test: [DISCOVERY, 'Machinery Building Block Organization: add-ins under their DefaultInstanceBrowseName'],
  },
  {
    name: 'Machinery State Server Facet',
    uri: `${MACHINERY}/State`,
    test: [
      DISCOVERY,
      'Machinery MachineryItem State and Operation Mode: finite state machines whose states stand in their types',
    ],
  },
  {
    name: 'Machinery Operation Counter Server Facet',
    uri: `${MACHINERY}/OperationCounter`,
    test: [DISCOVERY, 'Machinery Operation Counter: hours as Duration and prints as an unsigned integer'],
  },
  {
    name: 'Machinery Monitoring Server Facet',
    uri: `${MACHINERY}/Monitoring`,
    test: [
      DISCOVERY,
      'Machinery Monitoring: refers to the states and to the values that the printer has already',
    ],
  },
  {
    name: 'ISA-95 Job Order Receiver Server V2 Facet',
    uri: `${ISA95}/JobOrderReceiverV2`,
    test: [JOB_WALK, 'from Store to Cancel and to Clear: what each method changes'],
  },
  {
    name: 'ISA-95 Job Control StoreAndStart',
    test: [JOB_ORDERS, 'the file is named by a parameter as well'],
  },
  {
    name: 'ISA-95 Job Control Store and Start and RevokeStart',
    test: [JOB_WALK, 'from Store to Cancel and to Clear: what each method changes'],
  },
  {
    name: 'ISA-95 Job Control Pause and Resume',
    test: [JOB_WALK, 'every method is answered as the state machine says, in every state'],
  },
  {
    name: 'ISA-95 Job Control Abort',
    test: [JOB_WALK, 'from Store to Cancel and to Clear: what each method changes'],
  },
  {
    name: 'ISA-95 Job Control Job Order Receiver SubStates',
    test: [JOB_WALK, 'every method is answered as the state machine says, in every state'],
  },
  {
    name: 'ISA-95 Job Response Provider Server V2 Facet',
    uri: `${ISA95}/JobResponseProviderV2`,
    test: [JOB_RIGHTS, 'a user is answered by state what is his own'],
  },
  {
    name: 'ISA-95 Job Order Status Events Server Facet',
    uri: `${ISA95}/JobOrderStatusEvents`,
    test: [
      'opcua/companion/job-control/events.test.ts',
      'each change of state is told, of job orders and of other jobs, at the results and at Server',
    ],
  },
  {
    name: 'Machinery Job Management Base',
    test: [JOB_RIGHTS, 'the JobManagement of a printer lists what is assigned to it and takes nothing'],
  },
  {
    name: 'Machinery Job Management Planned JobName',
    test: [JOB_ORDERS, 'everything that a job order may say is kept, used, and shown again'],
  },
  {
    name: 'Machinery Job Management Planned OrderNumbers',
    test: [JOB_ORDERS, 'everything that a job order may say is kept, used, and shown again'],
  },
  {
    name: 'A & C Base Condition Server Facet',
    uri: `${SERVER}/ACBaseCondition`,
    test: [ALARMS, 'a fault is told at Server and at the printer, with every field that a filter asks for'],
  },
  {
    name: 'A & C Refresh2 Server Facet',
    uri: `${SERVER}/ACRefresh2`,
    test: [
      CONDITIONS,
      'a refresh tells the one who asks of what is of interest, between its beginning and its end',
    ],
  },
  {
    name: 'A & C Enable Server Facet',
    uri: `${SERVER}/ACEnable`,
    test: [ALARMS, 'disabled it is silent, and enabled it is what it would be'],
  },
  {
    name: 'A & C Alarm Server Facet',
    uri: `${SERVER}/ACAlarm`,
    test: [ALARMS, 'each kind of a printer comes and goes, and everyday ones end by themselves'],
  },
  {
    name: 'A & C Shelving',
    test: [ALARMS, 'it is shelved for a time, once, and taken back'],
  },
  {
    name: 'A & C Acknowledgeable Alarm Server Facet',
    uri: `${SERVER}/ACAckAlarm`,
    test: [ALARMS, 'it is acknowledged, confirmed and then no longer of interest'],
  },
  {
    name: 'A & C Confirm',
    test: [ALARMS, 'it is acknowledged, confirmed and then no longer of interest'],
  },
  {
    name: 'A & C CertificateExpiration Server Facet',
    uri: `${SERVER}/ACCertificateExpiration`,
    test: [CONDITIONS, 'the certificate of the server is told before it expires, with its own fields'],
  },
];
