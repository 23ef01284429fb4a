/** Why the store cannot be opened, backed up or restored; the message names the file and says what to do. */
export class StoreError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreError';
  }
}

/** Another process works on the folder. */
export class FolderInUse extends StoreError {}

/** Data that was acknowledged is damaged or gone: going on would lose it for good. */
export class Damaged extends StoreError {
  readonly path: string;
  /** What is wrong with the file, as words that follow its name. */
  readonly what: string;

  constructor(path: string, what: string) {
    super(
      `${path} ${what}. Nothing was changed. Stop here, keep a copy of the folder as it is and restore a backup: ` +
        'npm run restore FILE.',
    );
    this.path = path;
    this.what = what;
  }
}

/** A journal that ends at `seq`, although a later commit was acknowledged. */
export const cutShort = (path: string, seq: number, acknowledged: number): Damaged =>
  damaged(
    path,
    `was cut short: it lacks ${acknowledged === seq + 1 ? 'commit' : `the commits ${seq + 1} to`} ${acknowledged}`,
  );

export const damaged = (path: string, what: string): Damaged => new Damaged(path, what);
