/** Identity of the two models. Raise version and date together whenever the generated nodeset changes. */
export const model = {
  typesUri: 'http://monashautomation.com/UA/MesPrinting/',
  instancesUri: 'http://monashautomation.com/UA/MesPrinting/Instances/',
  version: '1.0.0',
  publicationDate: '2026-06-01T00:00:00Z',
  /** The oldest standard model that has everything used here. */
  standard: {
    uri: 'http://opcfoundation.org/UA/',
    version: '1.05.00',
    publicationDate: '2020-10-01T00:00:00Z',
  },
} as const;

/** Clients are configured by index: for good, index 1 being the server's own namespace. */
export const TYPES_INDEX = 2;
export const INSTANCES_INDEX = 3;
