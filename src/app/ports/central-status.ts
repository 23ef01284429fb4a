/** Health of the link to the lab's central server, for the address space and the health page. */
export interface CentralStatus {
  readonly enabled: boolean;
  readonly connected: boolean;
  readonly lastPush: Date | null;
}
