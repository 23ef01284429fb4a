/** The USB drive of a Buddy printer: FAT, so each file has a long and an 8.3 name. */
export interface DriveFile {
  readonly name: string;
  /** 8.3, upper case. */
  readonly shortName: string;
  readonly size: number;
  readonly sha256: string;
  /** s */
  readonly time: number;
}

export type Drive = ReturnType<typeof createDrive>;

/** The firmware prints these and refuses all else (415). */
export const isPrintable = (name: string): boolean => /\.(g|gc|gco|gcode|bgc|bgcode)$/i.test(name);

export const createDrive = () => {
  const files = new Map<string, DriveFile>();
  let inserted = true;
  let full = false;

  const shortNameOf = (name: string): string => {
    const [, base = '', extension = ''] = /^(.*?)(?:\.([^.]*))?$/.exec(name) ?? [];
    const upper = base.toUpperCase().replace(/[^A-Z0-9_-]/g, '');
    const end = extension.toUpperCase().slice(0, 3);
    if (base.length <= 8 && extension.length <= 3) return `${upper}.${end}`;
    for (let number = 1; ; number++) {
      const candidate = `${upper.slice(0, 6)}~${number}.${end}`;
      if (![...files.values()].some(file => file.shortName === candidate)) return candidate;
    }
  };

  return {
    files,
    get inserted() {
      return inserted;
    },
    get full() {
      return full;
    },
    /** By long or short name, as FAT does: without regard to case. */
    find(name: string): DriveFile | undefined {
      const key = name.toLowerCase();
      return [...files.values()].find(
        file => file.name.toLowerCase() === key || file.shortName.toLowerCase() === key,
      );
    },
    write(name: string, size: number, sha256: string, time: number): DriveFile {
      const file = { name, shortName: files.get(name)?.shortName ?? shortNameOf(name), size, sha256, time };
      files.set(name, file);
      return file;
    },
    remove: (file: DriveFile): boolean => files.delete(file.name),
    takeOut(): void {
      inserted = false;
    },
    putIn(): void {
      inserted = true;
    },
    fill(isFull = true): void {
      full = isFull;
    },
  };
};
