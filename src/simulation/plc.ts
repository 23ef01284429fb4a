import { DataType, Variant } from 'node-opcua-client';
import { createIdentity } from './identity.ts';
import { type LabLogin, openLabSession } from './lab-session.ts';

export interface PlcJob {
  readonly status: string;
  readonly printer: string;
  /** % */
  readonly progress: number;
  readonly waitingReason: string;
  readonly storageLocation: string;
}

/** A PLC that submits jobs and asks after them, by scalar method calls as PLC blocks make them. */
export interface Plc {
  /** @returns the job's id @throws with the server's message when it is refused */
  submit(file: string, owner: string, requestId: string): Promise<number>;
  job(jobId: number): Promise<PlcJob>;
  close(): Promise<void>;
}

const text = (value: string): Variant => new Variant({ dataType: DataType.String, value });

export const connectPlc = async (login: LabLogin): Promise<Plc> => {
  const lab = await openLabSession(login, await createIdentity('Plc'));
  const call = async (method: string, inputs: readonly Variant[]): Promise<readonly unknown[]> => {
    const { returnCode, message, outputs } = await lab.call('Jobs', method, inputs);
    if (returnCode !== 0) throw new Error(`${method}: ReturnCode ${returnCode}, ${message}`);
    return outputs;
  };
  return {
    async submit(file, owner, requestId) {
      const anyPrinter = text('');
      const noOrder = text('');
      const priority = new Variant({ dataType: DataType.Int32, value: 0 });
      const [jobId] = await call('SubmitJob', [
        text(file),
        anyPrinter,
        text(owner),
        noOrder,
        priority,
        text(requestId),
      ]);
      return Number(jobId);
    },
    async job(jobId) {
      const outputs = await call('GetJob', [new Variant({ dataType: DataType.UInt32, value: jobId })]);
      const [, status, printer, , , , progress, waitingReason, storageLocation] = outputs;
      return {
        status: String(status),
        printer: String(printer),
        progress: Number(progress),
        waitingReason: String(waitingReason),
        storageLocation: String(storageLocation),
      };
    },
    close: lab.close,
  };
};
