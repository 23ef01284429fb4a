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
];
