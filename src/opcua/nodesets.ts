import { fileURLToPath } from 'node:url';
import { nodesets } from 'node-opcua';

export const modelFile = fileURLToPath(new URL('../../nodesets/MesPrinting.NodeSet2.xml', import.meta.url));

/**
 * What the address space is made of, in an order that is fixed for good: it gives the namespaces their indices
 * (2 our types, 3 our instances, 4 DI, 5 IA, 6 Machinery, 7 ISA-95 Job Control V2, 8 Machinery Jobs), and many
 * clients are configured by index. Further specifications go to the end.
 */
export const nodesetFiles: readonly string[] = [
  nodesets.standard,
  modelFile,
  nodesets.di,
  nodesets.ia,
  nodesets.machinery,
  nodesets.isa95JobControl,
  nodesets.machineryJobs,
];

export const companionUris = [
  'http://opcfoundation.org/UA/DI/',
  'http://opcfoundation.org/UA/IA/',
  'http://opcfoundation.org/UA/Machinery/',
  'http://opcfoundation.org/UA/ISA95-JOBCONTROL_V2/',
  'http://opcfoundation.org/UA/Machinery/Jobs/',
] as const;
