/** What the rest of the server knows of a kind of printer; its driver knows all else. */
interface PrinterKind {
  /** Where its key is had, for people, after a colon; '' when it also answers without one. */
  readonly needsKey: string;
  /** It knows a log-in by name. */
  readonly username: boolean;
  /** It reads binary g-code, as far as a look at the printer has not told: PrusaLink on a Raspberry Pi, for one, does not. */
  readonly bgcode: boolean;
}

/** Each kind of printer that this server drives, by its name in HTTP and OPC UA. */
export const printerKinds = {
  OctoPrint: {
    needsKey: 'make one in OctoPrint under Settings, Application Keys, and give it here',
    username: false,
    bgcode: false,
  },
  PrusaLink: {
    needsKey: 'the one that the printer shows under Settings, Network, PrusaLink',
    username: true,
    bgcode: true,
  },
  Moonraker: { needsKey: '', username: false, bgcode: false },
  Mock: { needsKey: '', username: false, bgcode: true },
} as const satisfies Readonly<Record<string, PrinterKind>>;

export type PrinterApi = keyof typeof printerKinds;

export const printerApis = Object.keys(printerKinds) as readonly PrinterApi[];
