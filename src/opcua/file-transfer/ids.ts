import { INSTANCES_INDEX } from '../model-ids.ts';

export const FILE_TRANSFER_ID = `ns=${INSTANCES_INDEX};s=FileTransfer`;

/** Methods of TemporaryFileTransferType (OPC 10000-20, 4.4): those of the type and ours, which are bound. */
export const transferMethods = {
  GenerateFileForRead: { declaration: 'i=15746', nodeId: `${FILE_TRANSFER_ID}.GenerateFileForRead` },
  GenerateFileForWrite: { declaration: 'i=15749', nodeId: `${FILE_TRANSFER_ID}.GenerateFileForWrite` },
  CloseAndCommit: { declaration: 'i=15751', nodeId: `${FILE_TRANSFER_ID}.CloseAndCommit` },
} as const;
export type TransferMethod = keyof typeof transferMethods;

/** Methods of FileType (OPC 10000-20, 4.2): every temporary file has the type's own nodes. */
export const fileMethods = {
  Open: 'i=11580',
  Close: 'i=11583',
  Read: 'i=11585',
  Write: 'i=11588',
  GetPosition: 'i=11590',
  SetPosition: 'i=11593',
} as const;
export type FileMethod = keyof typeof fileMethods;

/** FileTransferStateMachineType (OPC 10000-20, 4.4.6), its states and its method. */
export const completionIds = {
  type: 'i=15803',
  states: { Idle: 'i=15815', ApplyWrite: 'i=15821', Error: 'i=15823' },
  Reset: 'i=15843',
} as const;
export type CompletionState = keyof typeof completionIds.states;

export const typeIds = { TemporaryFileTransferType: 'i=15744', FileType: 'i=11575' } as const;
