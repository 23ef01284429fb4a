/** A part that runs: its factory only assigns, `start` and `stop` act. It has those of them that it needs. */
export interface Component {
  start?(): Promise<void>;
  stop?(): Promise<void>;
}
