/** ISA-95 Job Control V2 (OPC 10031-4, 2.0.0) and OPC 40001-3 Machinery Jobs (1.0.1); indices fixed by `nodesetFiles`. */
export const ISA95_INDEX = 7;
export const JOBS_INDEX = 8;

const isa95 = (id: number): string => `ns=${ISA95_INDEX};i=${id}`;

export const isa95Ids = {
  ISA95JobOrderReceiverSubStatesType: isa95(1008),
  ISA95JobResponseProviderObjectType: isa95(1003),
  ISA95JobOrderStatusEventType: isa95(1006),
  ISA95JobOrderDataType: isa95(3008),
  ISA95JobOrderAndStateDataType: isa95(3015),
  ISA95JobResponseDataType: isa95(3013),
  ISA95StateDataType: isa95(3006),
  ISA95ParameterDataType: isa95(3003),
  ISA95WorkMasterDataType: isa95(3007),
  ISA95EquipmentDataType: isa95(3005),
} as const;

export const jobsIds = { JobManagementType: `ns=${JOBS_INDEX};i=1003` } as const;

/** The types' own method nodes: instances refer to them (OPC 10000-3, 5.7), which costs a printer nothing. */
export const methodIds = {
  Store: isa95(7001),
  StoreAndStart: isa95(7004),
  Start: isa95(7005),
  RevokeStart: isa95(7013),
  Pause: isa95(7007),
  Resume: isa95(7008),
  Abort: isa95(7010),
  Cancel: isa95(7011),
  Clear: isa95(7012),
  RequestJobResponseByJobOrderID: isa95(7002),
  RequestJobResponseByJobOrderState: isa95(7014),
} as const;
export type JobControlMethod = keyof typeof methodIds;

export const controlMethods = [
  'Store',
  'StoreAndStart',
  'Start',
  'RevokeStart',
  'Pause',
  'Resume',
  'Abort',
  'Cancel',
  'Clear',
] as const satisfies readonly JobControlMethod[];
export type ControlMethod = (typeof controlMethods)[number];

export const responseMethods = [
  'RequestJobResponseByJobOrderID',
  'RequestJobResponseByJobOrderState',
] as const satisfies readonly JobControlMethod[];
