/** What a printer calls a print of its own: such as a number, a start time. */
export type NativeIdentity = Readonly<Record<string, string | number>>;
