/** A part that runs: its factory only assigns, `start` and `stop` act. */
export interface Component {
  start(): Promise<void>;
  stop(): Promise<void>;
}
