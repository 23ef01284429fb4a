// Generated from model/ by "npm run model": do not edit.

export const TYPES_URI = 'http://monashautomation.com/UA/MesPrinting/';
export const INSTANCES_URI = 'http://monashautomation.com/UA/MesPrinting/Instances/';
/** Clients are configured by index: 2 and 3 for good, 1 being the server's own. */
export const TYPES_INDEX = 2;
export const INSTANCES_INDEX = 3;

export const typeIds = {
  JobStatusEnumeration: 'ns=2;i=1001',
  OrderStatusEnumeration: 'ns=2;i=1151',
  PrinterStateEnumeration: 'ns=2;i=1003',
  BedContentEnumeration: 'ns=2;i=1005',
  PickupStateEnumeration: 'ns=2;i=1007',
  ReturnCodeEnumeration: 'ns=2;i=1009',
  JobStatusEventType: 'ns=2;i=1011',
  PickupEventType: 'ns=2;i=1022',
  PrinterType: 'ns=2;i=1029',
  PrintJobType: 'ns=2;i=1096',
  PrintOrderType: 'ns=2;i=1116',
  PrintersType: 'ns=2;i=1126',
  JobsType: 'ns=2;i=1128',
  OrdersType: 'ns=2;i=1130',
  PrintServerType: 'ns=2;i=1132',
} as const;

export const instanceIds = {
  MesPrinting: 'ns=3;s=MesPrinting',
  'MesPrinting/Heartbeat': 'ns=3;s=MesPrinting/Heartbeat',
  'MesPrinting/Accepting': 'ns=3;s=MesPrinting/Accepting',
  'MesPrinting/Version': 'ns=3;s=MesPrinting/Version',
  'MesPrinting/StartTime': 'ns=3;s=MesPrinting/StartTime',
  'MesPrinting/ChangeCount': 'ns=3;s=MesPrinting/ChangeCount',
  'MesPrinting/JobsToApprove': 'ns=3;s=MesPrinting/JobsToApprove',
  'MesPrinting/JobsWaiting': 'ns=3;s=MesPrinting/JobsWaiting',
  'MesPrinting/JobsPrinting': 'ns=3;s=MesPrinting/JobsPrinting',
  'MesPrinting/JobsUnknown': 'ns=3;s=MesPrinting/JobsUnknown',
  'MesPrinting/PickupsWaiting': 'ns=3;s=MesPrinting/PickupsWaiting',
  'MesPrinting/PrintersOnline': 'ns=3;s=MesPrinting/PrintersOnline',
  'MesPrinting/PrintersReady': 'ns=3;s=MesPrinting/PrintersReady',
  'MesPrinting/Central': 'ns=3;s=MesPrinting/Central',
  'MesPrinting/Central/Connected': 'ns=3;s=MesPrinting/Central/Connected',
  'MesPrinting/Central/LastPush': 'ns=3;s=MesPrinting/Central/LastPush',
  Printers: 'ns=3;s=Printers',
  Jobs: 'ns=3;s=Jobs',
  Orders: 'ns=3;s=Orders',
  'MesPrinting/Central/Enabled': 'ns=3;s=MesPrinting/Central/Enabled',
} as const;

/** Declared arguments, in order: ReturnCode and Message are the first outputs of each. */
export const methodTable = {
  SubmitJob: {
    object: 'Jobs',
    description: 'Submits a stored file for printing.',
    nodeId: 'ns=3;s=Jobs.SubmitJob',
    inputs: [
      { name: 'File', dataType: 'String', array: false },
      { name: 'Printer', dataType: 'String', array: false },
      { name: 'Owner', dataType: 'String', array: false },
      { name: 'OrderId', dataType: 'String', array: false },
      { name: 'Priority', dataType: 'Int32', array: false },
      { name: 'RequestId', dataType: 'String', array: false },
    ],
    outputs: [
      { name: 'ReturnCode', dataType: 'UInt32', array: false },
      { name: 'Message', dataType: 'String', array: false },
      { name: 'JobId', dataType: 'UInt32', array: false },
      { name: 'Repeated', dataType: 'Boolean', array: false },
    ],
  },
  RetryJob: {
    object: 'Jobs',
    description: 'Makes a new job of one that failed, was cancelled, discarded or collected.',
    nodeId: 'ns=3;s=Jobs.RetryJob',
    inputs: [
      { name: 'JobId', dataType: 'UInt32', array: false },
      { name: 'RequestId', dataType: 'String', array: false },
    ],
    outputs: [
      { name: 'ReturnCode', dataType: 'UInt32', array: false },
      { name: 'Message', dataType: 'String', array: false },
      { name: 'NewJobId', dataType: 'UInt32', array: false },
      { name: 'Repeated', dataType: 'Boolean', array: false },
    ],
  },
  CancelJob: {
    object: 'Jobs',
    description: 'Cancels a job; ReturnCode 0 means accepted.',
    nodeId: 'ns=3;s=Jobs.CancelJob',
    inputs: [
      { name: 'JobId', dataType: 'UInt32', array: false },
      { name: 'Reason', dataType: 'String', array: false },
    ],
    outputs: [
      { name: 'ReturnCode', dataType: 'UInt32', array: false },
      { name: 'Message', dataType: 'String', array: false },
    ],
  },
  RejectJob: {
    object: 'Jobs',
    description: 'Refuses to approve a job.',
    nodeId: 'ns=3;s=Jobs.RejectJob',
    inputs: [
      { name: 'JobId', dataType: 'UInt32', array: false },
      { name: 'Reason', dataType: 'String', array: false },
    ],
    outputs: [
      { name: 'ReturnCode', dataType: 'UInt32', array: false },
      { name: 'Message', dataType: 'String', array: false },
    ],
  },
  PauseJob: {
    object: 'Jobs',
    description: 'Pauses a print; ReturnCode 0 means accepted.',
    nodeId: 'ns=3;s=Jobs.PauseJob',
    inputs: [
      { name: 'JobId', dataType: 'UInt32', array: false },
    ],
    outputs: [
      { name: 'ReturnCode', dataType: 'UInt32', array: false },
      { name: 'Message', dataType: 'String', array: false },
    ],
  },
  ResumeJob: {
    object: 'Jobs',
    description: 'Lets a paused print go on; ReturnCode 0 means accepted.',
    nodeId: 'ns=3;s=Jobs.ResumeJob',
    inputs: [
      { name: 'JobId', dataType: 'UInt32', array: false },
    ],
    outputs: [
      { name: 'ReturnCode', dataType: 'UInt32', array: false },
      { name: 'Message', dataType: 'String', array: false },
    ],
  },
  ApproveJob: {
    object: 'Jobs',
    description: 'Approves a job for printing.',
    nodeId: 'ns=3;s=Jobs.ApproveJob',
    inputs: [
      { name: 'JobId', dataType: 'UInt32', array: false },
    ],
    outputs: [
      { name: 'ReturnCode', dataType: 'UInt32', array: false },
      { name: 'Message', dataType: 'String', array: false },
    ],
  },
  CollectJob: {
    object: 'Jobs',
    description: 'Records that the owner has the part.',
    nodeId: 'ns=3;s=Jobs.CollectJob',
    inputs: [
      { name: 'JobId', dataType: 'UInt32', array: false },
    ],
    outputs: [
      { name: 'ReturnCode', dataType: 'UInt32', array: false },
      { name: 'Message', dataType: 'String', array: false },
    ],
  },
  AssignJob: {
    object: 'Jobs',
    description: 'Sets the printer that a job waits for.',
    nodeId: 'ns=3;s=Jobs.AssignJob',
    inputs: [
      { name: 'JobId', dataType: 'UInt32', array: false },
      { name: 'Printer', dataType: 'String', array: false },
    ],
    outputs: [
      { name: 'ReturnCode', dataType: 'UInt32', array: false },
      { name: 'Message', dataType: 'String', array: false },
    ],
  },
  ResolveJob: {
    object: 'Jobs',
    description: 'Settles by a decision what became of a job.',
    nodeId: 'ns=3;s=Jobs.ResolveJob',
    inputs: [
      { name: 'JobId', dataType: 'UInt32', array: false },
      { name: 'Outcome', dataType: 'String', array: false },
      { name: 'Reason', dataType: 'String', array: false },
    ],
    outputs: [
      { name: 'ReturnCode', dataType: 'UInt32', array: false },
      { name: 'Message', dataType: 'String', array: false },
    ],
  },
  GetJob: {
    object: 'Jobs',
    description: 'Reads one job.',
    nodeId: 'ns=3;s=Jobs.GetJob',
    inputs: [
      { name: 'JobId', dataType: 'UInt32', array: false },
    ],
    outputs: [
      { name: 'ReturnCode', dataType: 'UInt32', array: false },
      { name: 'Message', dataType: 'String', array: false },
      { name: 'StatusCode', dataType: 'Int32', array: false },
      { name: 'Status', dataType: 'String', array: false },
      { name: 'Printer', dataType: 'String', array: false },
      { name: 'Owner', dataType: 'String', array: false },
      { name: 'File', dataType: 'String', array: false },
      { name: 'OrderId', dataType: 'String', array: false },
      { name: 'Progress', dataType: 'Double', array: false },
      { name: 'WaitingReason', dataType: 'String', array: false },
      { name: 'StorageLocation', dataType: 'String', array: false },
    ],
  },
  FindJobs: {
    object: 'Jobs',
    description: 'Lists the numbers of jobs in ascending order.',
    nodeId: 'ns=3;s=Jobs.FindJobs',
    inputs: [
      { name: 'Status', dataType: 'String', array: false },
      { name: 'Owner', dataType: 'String', array: false },
      { name: 'Printer', dataType: 'String', array: false },
      { name: 'OrderId', dataType: 'String', array: false },
      { name: 'AfterJobId', dataType: 'UInt32', array: false },
      { name: 'MaxCount', dataType: 'UInt32', array: false },
    ],
    outputs: [
      { name: 'ReturnCode', dataType: 'UInt32', array: false },
      { name: 'Message', dataType: 'String', array: false },
      { name: 'JobIds', dataType: 'UInt32', array: true },
    ],
  },
  SubmitOrder: {
    object: 'Orders',
    description: 'Orders several prints of a stored file: makes the order and all of its jobs, or nothing.',
    nodeId: 'ns=3;s=Orders.SubmitOrder',
    inputs: [
      { name: 'OrderId', dataType: 'String', array: false },
      { name: 'File', dataType: 'String', array: false },
      { name: 'Quantity', dataType: 'UInt32', array: false },
      { name: 'Owner', dataType: 'String', array: false },
      { name: 'Priority', dataType: 'Int32', array: false },
    ],
    outputs: [
      { name: 'ReturnCode', dataType: 'UInt32', array: false },
      { name: 'Message', dataType: 'String', array: false },
      { name: 'Repeated', dataType: 'Boolean', array: false },
    ],
  },
  CancelOrder: {
    object: 'Orders',
    description: 'Cancels what is not printed yet, for good; ReturnCode 0 means accepted.',
    nodeId: 'ns=3;s=Orders.CancelOrder',
    inputs: [
      { name: 'OrderId', dataType: 'String', array: false },
      { name: 'Reason', dataType: 'String', array: false },
    ],
    outputs: [
      { name: 'ReturnCode', dataType: 'UInt32', array: false },
      { name: 'Message', dataType: 'String', array: false },
    ],
  },
  GetOrder: {
    object: 'Orders',
    description: 'Reads one order.',
    nodeId: 'ns=3;s=Orders.GetOrder',
    inputs: [
      { name: 'OrderId', dataType: 'String', array: false },
    ],
    outputs: [
      { name: 'ReturnCode', dataType: 'UInt32', array: false },
      { name: 'Message', dataType: 'String', array: false },
      { name: 'StatusCode', dataType: 'Int32', array: false },
      { name: 'Status', dataType: 'String', array: false },
      { name: 'Quantity', dataType: 'UInt32', array: false },
      { name: 'Done', dataType: 'UInt32', array: false },
      { name: 'Failed', dataType: 'UInt32', array: false },
    ],
  },
  StartWorker: {
    object: 'Printers',
    description: 'Lets the server follow a printer.',
    nodeId: 'ns=3;s=Printers.StartWorker',
    inputs: [
      { name: 'Printer', dataType: 'String', array: false },
    ],
    outputs: [
      { name: 'ReturnCode', dataType: 'UInt32', array: false },
      { name: 'Message', dataType: 'String', array: false },
    ],
  },
  StopWorker: {
    object: 'Printers',
    description: 'Stops following a printer; a running print goes on.',
    nodeId: 'ns=3;s=Printers.StopWorker',
    inputs: [
      { name: 'Printer', dataType: 'String', array: false },
    ],
    outputs: [
      { name: 'ReturnCode', dataType: 'UInt32', array: false },
      { name: 'Message', dataType: 'String', array: false },
    ],
  },
  SetMaintenance: {
    object: 'Printers',
    description: 'Takes a printer out of service or back.',
    nodeId: 'ns=3;s=Printers.SetMaintenance',
    inputs: [
      { name: 'Printer', dataType: 'String', array: false },
      { name: 'On', dataType: 'Boolean', array: false },
      { name: 'Reason', dataType: 'String', array: false },
    ],
    outputs: [
      { name: 'ReturnCode', dataType: 'UInt32', array: false },
      { name: 'Message', dataType: 'String', array: false },
    ],
  },
  BeginPickup: {
    object: 'Printers',
    description: 'Takes the hold of a plate for a robot. Repeated by the same account and robot it gives the same pick-up.',
    nodeId: 'ns=3;s=Printers.BeginPickup',
    inputs: [
      { name: 'Printer', dataType: 'String', array: false },
      { name: 'Robot', dataType: 'String', array: false },
    ],
    outputs: [
      { name: 'ReturnCode', dataType: 'UInt32', array: false },
      { name: 'Message', dataType: 'String', array: false },
      { name: 'PickupId', dataType: 'UInt32', array: false },
      { name: 'PickupPrinter', dataType: 'String', array: false },
      { name: 'JobId', dataType: 'UInt32', array: false },
      { name: 'Content', dataType: 'Int32', array: false },
    ],
  },
  ConfirmPickup: {
    object: 'Printers',
    description: 'The plate is gone and the arm is out: the next print may start at once.',
    nodeId: 'ns=3;s=Printers.ConfirmPickup',
    inputs: [
      { name: 'PickupId', dataType: 'UInt32', array: false },
      { name: 'StorageLocation', dataType: 'String', array: false },
    ],
    outputs: [
      { name: 'ReturnCode', dataType: 'UInt32', array: false },
      { name: 'Message', dataType: 'String', array: false },
      { name: 'JobId', dataType: 'UInt32', array: false },
    ],
  },
  ReportPickupFailed: {
    object: 'Printers',
    description: 'The plate is still there and a person is needed.',
    nodeId: 'ns=3;s=Printers.ReportPickupFailed',
    inputs: [
      { name: 'PickupId', dataType: 'UInt32', array: false },
      { name: 'Reason', dataType: 'String', array: false },
    ],
    outputs: [
      { name: 'ReturnCode', dataType: 'UInt32', array: false },
      { name: 'Message', dataType: 'String', array: false },
    ],
  },
  ReleasePickup: {
    object: 'Printers',
    description: 'Gives the hold back: the plate is offered again.',
    nodeId: 'ns=3;s=Printers.ReleasePickup',
    inputs: [
      { name: 'PickupId', dataType: 'UInt32', array: false },
      { name: 'Reason', dataType: 'String', array: false },
    ],
    outputs: [
      { name: 'ReturnCode', dataType: 'UInt32', array: false },
      { name: 'Message', dataType: 'String', array: false },
    ],
  },
  ConfirmBedClear: {
    object: 'Printers',
    description: 'A person or a machine confirms that the bed is clear.',
    nodeId: 'ns=3;s=Printers.ConfirmBedClear',
    inputs: [
      { name: 'Printer', dataType: 'String', array: false },
    ],
    outputs: [
      { name: 'ReturnCode', dataType: 'UInt32', array: false },
      { name: 'Message', dataType: 'String', array: false },
    ],
  },
} as const;

export type ModelMethodName = keyof typeof methodTable;
