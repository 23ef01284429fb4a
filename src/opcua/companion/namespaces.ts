/** Indices of the companion specifications' namespaces: fixed by the order of `nodesetFiles` for good. */
export const DI_INDEX = 4;
export const MACHINERY_INDEX = 6;

/** Node ids of OPC 40001-1 (1.04.1) that are named here. */
export const machineryIds = {
  Machines: `ns=${MACHINERY_INDEX};i=1001`,
  MachineryItemState_StateMachineType: `ns=${MACHINERY_INDEX};i=1002`,
  MachineryOperationModeStateMachineType: `ns=${MACHINERY_INDEX};i=1008`,
  MachineryOperationCounterType: `ns=${MACHINERY_INDEX};i=1009`,
  MachineIdentificationType: `ns=${MACHINERY_INDEX};i=1012`,
  MonitoringType: `ns=${MACHINERY_INDEX};i=1014`,
} as const;
