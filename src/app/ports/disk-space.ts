export interface Disk {
  /** What is on it, for people: `the data folder`. */
  readonly name: string;
  /** Bytes that the server may still write. */
  readonly free: number;
}

/** The disks that the server writes to. */
export interface DiskSpace {
  /** At least one. */
  look(): Promise<readonly Disk[]>;
  /** Bytes: with less of them free a disk is nearly full (DISK_ALARM_FREE). */
  readonly alarmFree: number;
}
