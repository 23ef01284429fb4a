/** Calls between the runner and its child processes, over Node's IPC. */

export type Handlers = Readonly<Record<string, (argument: never) => unknown>>;

interface Call {
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}

export type Reply = { readonly id: number; readonly value?: unknown; readonly error?: string };

/** The child's side: answers calls until the runner is gone. */
export const serveCalls = (handlers: Handlers): void => {
  const answer = async ({ id, name, argument }: Call): Promise<Reply> => {
    try {
      const handler = handlers[name];
      if (handler === undefined) throw new Error(`There is no ${name}.`);
      return { id, value: await handler(argument as never) };
    } catch (error) {
      return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
  };
  process.on('message', (call: Call) => {
    void answer(call).then(reply => process.send?.(reply));
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.('ready');
};
