import { Readable } from 'node:stream';

/** Bytes that come in pieces, as a stream for whoever stores them. */
export interface UploadStream {
  readonly content: Readable;
  /** The storage asks for bytes: it has taken the name and opened its file. */
  readonly asked: Promise<void>;
  /**
   * In the order of the calls; answered when the storage has taken the bytes. It is never answered when the storage
   * gives up: whoever waits also watches what becomes of the file.
   */
  write(data: Buffer): Promise<void>;
  /** Bytes that were given and not taken yet. */
  waiting(): number;
  end(): void;
}

export const createUploadStream = (): UploadStream => {
  const asked = Promise.withResolvers<void>();
  let taken: () => void = () => {};
  /** It asks for more when it has none: at most one piece waits in it while another is written. */
  const content = new Readable({
    highWaterMark: 1,
    read() {
      asked.resolve();
      taken();
    },
  });
  // The storage tells why it failed; a stream that nobody reads any more must not end the process.
  content.on('error', () => {});
  let turn: Promise<void> = asked.promise;
  let waiting = 0;

  const push = (data: Buffer): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    taken = resolve;
    content.push(data);
    return promise;
  };

  return {
    content,
    asked: asked.promise,
    write(data) {
      // An empty piece is no piece: the stream would not ask for the next.
      if (data.length === 0) return turn;
      waiting += data.length;
      turn = turn
        .then(() => push(data))
        .then(() => {
          waiting -= data.length;
        });
      return turn;
    },
    waiting: () => waiting,
    end() {
      turn.then(
        () => content.push(null),
        () => {},
      );
    },
  };
};
