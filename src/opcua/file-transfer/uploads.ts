import type { ISessionContext } from 'node-opcua';
import type { Log } from '../../app/ports.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Upload } from './upload.ts';

/** A session of OPC UA; it tells when it is closed, by its client or for its silence. */
export type Session = NonNullable<ISessionContext['session']>;

export interface UploadLimits {
  /** Uploads at once: of one session, of one account and in all. */
  readonly perSession: number;
  readonly perAccount: number;
  readonly inAll: number;
  /** ms that a client may take between two calls: ClientProcessingTimeout. */
  readonly silence: number;
  /** ms that an upload may take. */
  readonly duration: number;
}

export interface OpenUpload {
  readonly upload: Upload;
  readonly handle: number;
  readonly session: Session;
}

/** The uploads under way, each until it is closed, committed, left alone for too long or its session ends. */
export interface Uploads {
  /**
   * @throws Refusal QuotaExceeded, Busy, and what `open` throws
   */
  open(session: Session, accountId: string, open: () => Promise<Upload>): Promise<OpenUpload>;
  /** Undefined when the session has none of that handle. */
  find(session: Session, handle: number): OpenUpload | undefined;
  /** Runs a call of the client, which counts as a sign of life. */
  during<T>(open: OpenUpload, work: () => Promise<T>): Promise<T>;
  /** It is no longer the client's: what is under way goes on. */
  forget(open: OpenUpload): void;
  /** Its bytes are thrown away. */
  abort(open: OpenUpload, reason: string): void;
  all(): Iterable<OpenUpload>;
}

interface Entry extends OpenUpload {
  silence: NodeJS.Timeout | undefined;
  readonly longest: NodeJS.Timeout;
}

interface Closable {
  once(event: 'session_closed', listener: () => void): unknown;
  off(event: 'session_closed', listener: () => void): unknown;
}

export interface UploadsDeps {
  readonly limits: UploadLimits;
  readonly log: Log;
  /** The upload is over: takes its nodes away. */
  readonly onEnd: (open: OpenUpload) => void;
}

/** Handles are UInt32 and 0 none. */
const MAX_HANDLE = 0xffff_ffff;

export const createUploads = ({ limits, log, onEnd }: UploadsDeps): Uploads => {
  const entries = new Map<number, Entry>();
  const endings = new Map<Entry, () => void>();
  /** Being opened: they hold a place too. */
  const opening: { readonly session: Session; readonly accountId: string }[] = [];
  let lastHandle = 0;

  const places = () => [
    ...opening,
    ...[...entries.values()].map(({ session, upload }) => ({ session, accountId: upload.actor.accountId })),
  ];

  const checkPlaces = (session: Session, accountId: string): void => {
    const taken = places();
    if (taken.length >= limits.inAll)
      throw new Refusal('Busy', 'Too many files are being uploaded: try again in a moment.');
    if (
      taken.filter(one => one.accountId === accountId).length >= limits.perAccount ||
      taken.filter(one => one.session === session).length >= limits.perSession
    )
      throw new Refusal('QuotaExceeded', 'Too many uploads are open: commit or close one first.');
  };

  const nextHandle = (): number => {
    do lastHandle = lastHandle >= MAX_HANDLE ? 1 : lastHandle + 1;
    while (entries.has(lastHandle));
    return lastHandle;
  };

  const forget = ({ handle }: OpenUpload): void => {
    const entry = entries.get(handle);
    if (entry === undefined) return;
    entries.delete(handle);
    clearTimeout(entry.silence);
    clearTimeout(entry.longest);
    endings.get(entry)?.();
    endings.delete(entry);
    onEnd(entry);
  };

  const abort = (open: OpenUpload, reason: string): void => {
    open.upload.abort(reason);
    forget(open);
    log.info({ fileId: open.upload.fileId, reason }, 'An upload over OPC UA was ended');
  };

  const wait = (entry: Entry): void => {
    clearTimeout(entry.silence);
    entry.silence = setTimeout(
      () => abort(entry, `The client did not go on for ${limits.silence / 1000} s.`),
      limits.silence,
    );
  };

  return {
    async open(session, accountId, open) {
      checkPlaces(session, accountId);
      const place = { session, accountId };
      opening.push(place);
      let upload: Upload;
      try {
        upload = await open();
      } finally {
        opening.splice(opening.indexOf(place), 1);
      }
      const handle = nextHandle();
      const entry: Entry = {
        upload,
        handle,
        session,
        silence: undefined,
        longest: setTimeout(
          () => abort(entry, `The upload took longer than ${limits.duration / 1000} s.`),
          limits.duration,
        ),
      };
      entries.set(handle, entry);
      const closable = session as unknown as Closable;
      const closed = (): void => abort(entry, 'The session ended.');
      closable.once('session_closed', closed);
      endings.set(entry, () => closable.off('session_closed', closed));
      wait(entry);
      return entry;
    },
    find(session, handle) {
      const entry = entries.get(handle);
      return entry?.session === session ? entry : undefined;
    },
    async during(open, work) {
      const entry = entries.get(open.handle);
      clearTimeout(entry?.silence);
      try {
        return await work();
      } finally {
        if (entry !== undefined && entries.get(open.handle) === entry) wait(entry);
      }
    },
    forget,
    abort,
    all: () => [...entries.values()],
  };
};
