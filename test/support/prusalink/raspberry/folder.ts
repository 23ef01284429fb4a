/** The folder that the Raspberry Pi keeps its files in. PrusaLink's own list of it lags behind. */
export interface FolderFile {
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
  /** s */
  readonly time: number;
}

export type Folder = ReturnType<typeof createFolder>;

/** ms, as observed: 250 to 500. */
const LAG = 250;

/** @param now ms */
export const createFolder = (now: () => number) => {
  const files = new Map<string, FolderFile>();
  const list = new Map<string, FolderFile>();
  let lag = LAG;
  let changes: { readonly at: number; readonly name: string }[] = [];

  const changed = (name: string): void => void changes.push({ at: now() + lag, name });

  const catchUp = (): void => {
    for (const { at, name } of changes) {
      if (at > now()) continue;
      const file = files.get(name);
      if (file === undefined) list.delete(name);
      else list.set(name, file);
    }
    changes = changes.filter(({ at }) => at > now());
  };

  return {
    /** What is really there. */
    files,
    /** As PrusaLink knows it. */
    listed(name: string): FolderFile | undefined {
      catchUp();
      return list.get(name);
    },
    list(): readonly FolderFile[] {
      catchUp();
      return [...list.values()];
    },
    write(file: FolderFile): void {
      files.set(file.name, file);
      changed(file.name);
    },
    remove(name: string): void {
      files.delete(name);
      changed(name);
    },
    /** What changes from now on is listed so many ms later. */
    lagsBy(milliseconds: number): void {
      lag = milliseconds;
    },
    /** Whatever was written is listed. */
    refresh(): void {
      changes = changes.map(change => ({ ...change, at: now() }));
    },
  };
};
