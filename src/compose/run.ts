import type { Server } from './server.ts';

/** Starts it, and stops it cleanly on SIGTERM or SIGINT; a second signal ends the process at once. */
export const runUntilStopped = async (server: Server, notes: readonly string[]): Promise<void> => {
  // Before anything is written: whatever people read is in the lab's time. Logs and interfaces keep UTC.
  process.env.TZ = server.timeZone;
  const stop = (signal: NodeJS.Signals): void => {
    process.once('SIGTERM', () => process.exit(1));
    process.once('SIGINT', () => process.exit(1));
    console.log(`${signal}: stopping.`);
    void server.stop().then(
      () => process.exit(0),
      error => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', () => stop('SIGTERM'));
  process.once('SIGINT', () => stop('SIGINT'));
  for (const note of notes) console.log(`Note: ${note}`);
  try {
    await server.start();
  } catch (error) {
    console.error(`The server did not start: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  }
  // Swedish writes dates as ISO 8601 does.
  console.log(`Started at ${new Date().toLocaleString('sv-SE')} (${server.timeZone})`);
  console.log(`HTTP   ${server.httpUrl}/api/v1\nOPC UA ${server.opcuaUrl}`);
};
