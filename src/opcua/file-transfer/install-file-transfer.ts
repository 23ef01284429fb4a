import {
  type AddressSpace,
  type CallMethodResultOptions,
  DataType,
  type ISessionContext,
  type MethodFunctor,
  NodeId,
  StatusCodes,
  type Variant,
  type VariantOptions,
} from 'node-opcua';
import type { Application } from '../../app/application.ts';
import { DeadlinePassed, within } from '../../app/deadline.ts';
import type { Log } from '../../app/ports.ts';
import type { Actor } from '../../domain/account.ts';
import { Refusal } from '../../domain/refusal.ts';
import { rightOf } from '../../domain/rights.ts';
import type { ActorOfContext } from '../access/actor-of-context.ts';
import type { Installed } from '../nodes/follow-commits.ts';
import { createCompletions } from './completions.ts';
import { addFileNodes, type FileNodes, removeWithoutMethods, uint64 } from './file-nodes.ts';
import { completionIds, type FileMethod, fileMethods } from './ids.ts';
import { statusOf } from './statuses.ts';
import { addTransferNodes, bindTypeMethod } from './transfer-nodes.ts';
import { MAX_CHUNK, openUpload } from './upload.ts';
import { createUploads, type OpenUpload, type Session, type UploadLimits } from './uploads.ts';

export interface FileTransferDeps {
  readonly addressSpace: AddressSpace;
  readonly application: Pick<Application, 'storeFile'>;
  readonly actorOf: ActorOfContext;
  readonly log: Log;
  readonly uploadLimits?: UploadLimits;
}

const MINUTE = 60_000;
const defaultLimits: UploadLimits = {
  perSession: 2,
  perAccount: 4,
  inAll: 16,
  silence: MINUTE,
  duration: 60 * MINUTE,
};
/** ms; the contract's bound for an answer. */
const CALL_TIME_LIMIT = 2000;
const DEFAULT_NAME = 'part.gcode';

interface Caller {
  readonly actor: Actor;
  readonly session: Session;
  readonly context: ISessionContext;
}

type Call = (
  caller: Caller,
  values: readonly unknown[],
  inputs: readonly Variant[],
) => Promise<CallMethodResultOptions>;

const good = (...outputArguments: VariantOptions[]): CallMethodResultOptions => ({
  statusCode: StatusCodes.Good,
  outputArguments,
});
const nodeIdOutput = (value: NodeId): VariantOptions => ({ dataType: DataType.NodeId, value });

/** A UInt64 as node-opcua decodes it: high and low half. */
const numberOf = (value: unknown): number => {
  const [high = 0, low = 0] = Array.isArray(value) ? value.map(Number) : [];
  return high * 2 ** 32 + low;
};

/**
 * Upload of g-code over OPC UA (OPC 10000-20, TemporaryFileTransferType): the use case that stores files from HTTP, so
 * the same checks, limits and durability. The bytes go in order: a position can be asked for, not chosen.
 */
export const installFileTransfer = (deps: FileTransferDeps): Installed => {
  const { addressSpace, application, actorOf, log, uploadLimits = defaultLimits } = deps;
  const nodes = new Map<number, FileNodes>();
  const completions = createCompletions(addressSpace);
  const uploads = createUploads({
    limits: uploadLimits,
    log,
    onEnd({ handle }) {
      const gone = nodes.get(handle);
      nodes.delete(handle);
      if (gone) removeWithoutMethods(addressSpace, gone.object, Object.values(fileMethods));
    },
  });

  const failed = (error: unknown, account: string): CallMethodResultOptions => {
    const statusCode = statusOf(error);
    if (statusCode === undefined) {
      log.error({ err: error, account }, 'An upload over OPC UA failed');
      return { statusCode: StatusCodes.BadInternalError };
    }
    const reason = error instanceof Error ? error.message : '';
    // Who is at a limit may ask again and again: a line for each would fill the log.
    const level = statusCode === StatusCodes.BadTooManyOperations ? 'debug' : 'info';
    log[level]({ account, reason, status: statusCode.name }, 'An upload over OPC UA was refused');
    return { statusCode };
  };

  const method =
    (call: Call): MethodFunctor =>
    /** node-opcua tells an async function from a callback one by its two parameters. */
    async (inputs: Variant[], context: ISessionContext) => {
      const actor = actorOf(context);
      const { session } = context;
      if (actor === undefined || session === undefined || rightOf('SubmitJob', actor.role) === 'none') {
        return { statusCode: StatusCodes.BadUserAccessDenied };
      }
      try {
        return await call(
          { actor, session, context },
          inputs.map(({ value }): unknown => value),
          inputs,
        );
      } catch (error) {
        return failed(error, actor.accountId);
      }
    };

  /** Undefined when the handle is none of this session's, or not that of the object. */
  const find = ({ actor, session, context }: Caller, handle: unknown, onFile: boolean) => {
    const open = uploads.find(session, Number(handle));
    if (open?.upload.actor.accountId !== actor.accountId) return undefined;
    const object = nodes.get(open.handle)?.object;
    return onFile && object !== context.object ? undefined : open;
  };

  /** For a method that names a handle; after a failure the upload is gone. */
  const onUpload =
    (
      work: (open: OpenUpload, values: readonly unknown[]) => Promise<CallMethodResultOptions>,
      onFile = true,
    ): Call =>
    async (caller, values) => {
      const open = find(caller, values[0], onFile);
      if (open === undefined) return { statusCode: StatusCodes.BadInvalidArgument };
      return uploads.during(open, () => work(open, values));
    };

  const generateForWrite: Call = async ({ actor, session }, _values, [options]) => {
    const given: unknown = options?.value ?? '';
    const isName = typeof given === 'string' && (given === '' || options?.dataType === DataType.String);
    if (!isName) return { statusCode: StatusCodes.BadInvalidArgument };
    const name = given === '' ? DEFAULT_NAME : given;
    try {
      const open = await uploads.open(session, actor.accountId, () => openUpload(application, actor, name));
      const added = addFileNodes(addressSpace, open.upload.fileId);
      nodes.set(open.handle, added);
      return good(nodeIdOutput(added.object.nodeId), { dataType: DataType.UInt32, value: open.handle });
    } catch (error) {
      if (!(error instanceof Refusal && error.code === 'InvalidArgument')) throw error;
      log.info({ account: actor.accountId, reason: error.message }, 'An upload over OPC UA was refused');
      return { statusCode: StatusCodes.BadInvalidArgument };
    }
  };

  const commit = onUpload(async open => {
    const { upload } = open;
    uploads.forget(open);
    const stored = upload.commit();
    try {
      await within(CALL_TIME_LIMIT, 'Checking an upload', stored);
      return good(nodeIdOutput(new NodeId()));
    } catch (error) {
      if (!(error instanceof DeadlinePassed)) throw error;
      stored.catch((late: unknown) => failed(late, upload.actor.accountId));
      return good(nodeIdOutput(completions.follow(upload.fileId, upload.actor.accountId, stored)));
    }
  }, false);

  const write = onUpload(async (open, [, data]) => {
    const bytes = Buffer.isBuffer(data) ? data : Buffer.alloc(0);
    if (bytes.length > MAX_CHUNK) return { statusCode: StatusCodes.BadRequestTooLarge };
    try {
      await open.upload.write(bytes);
    } catch (error) {
      uploads.forget(open);
      throw error;
    }
    nodes.get(open.handle)?.size.setValueFromSource(uint64(open.upload.position()));
    return good();
  });

  const fileCalls: Readonly<Record<FileMethod, Call>> = {
    Write: write,
    Close: onUpload(async open => {
      uploads.abort(open, 'The client closed it without a commit.');
      return good();
    }),
    GetPosition: onUpload(async ({ upload }) => good(uint64(upload.position()))),
    SetPosition: onUpload(async ({ upload }, [, position]) =>
      numberOf(position) === upload.position() ? good() : { statusCode: StatusCodes.BadNotSupported },
    ),
    Read: onUpload(async () => ({ statusCode: StatusCodes.BadInvalidState })),
    // It is open already, by the one handle that there is.
    Open: async () => ({ statusCode: StatusCodes.BadInvalidState }),
  };

  const reset: Call = async ({ actor, context }) =>
    completions.reset(context.object?.nodeId.toString() ?? '', actor.accountId)
      ? good()
      : { statusCode: StatusCodes.BadInvalidState };

  return {
    async start() {
      addTransferNodes(addressSpace, uploadLimits.silence, {
        GenerateFileForRead: method(async () => ({ statusCode: StatusCodes.BadNotSupported })),
        GenerateFileForWrite: method(generateForWrite),
        CloseAndCommit: method(commit),
      });
      for (const name of Object.keys(fileMethods) as FileMethod[]) {
        bindTypeMethod(addressSpace, fileMethods[name], method(fileCalls[name]));
      }
      bindTypeMethod(addressSpace, completionIds.Reset, method(reset));
    },
    async stop() {
      for (const open of uploads.all()) uploads.abort(open, 'The server stops.');
      completions.clear();
    },
  };
};
