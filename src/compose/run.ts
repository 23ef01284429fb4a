import { outliveFaults } from './outlive-faults.ts';
import type { Server } from './server.ts';

/** Starts it, and stops it cleanly on SIGTERM or SIGINT; a second signal ends the process at once. */
export const runUntilStopped = async (server: Server, notes: readonly string[]): Promise<void> => {
  // Before anything is written: whatever people read is in the lab's time. Logs and interfaces keep UTC.
  process.env.TZ = server.timeZone;
  const stop = (why: string, code: number): void => {
    process.once('SIGTERM', () => process.exit(1));
    process.once('SIGINT', () => process.exit(1));
    console.log(`${why}: stopping.`);
    void server.stop().then(
      () => process.exit(code),
      error => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', () => stop('SIGTERM', 0));
  process.once('SIGINT', () => stop('SIGINT', 0));
  for (const note of notes) console.log(`Note: ${note}`);
  try {
    await server.start();
  } catch (error) {
    console.error(`The server did not start: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  }
  // Until here a fault ends the start.
  outliveFaults({
    log: server.log,
    on: (event, listener) => void process.on(event, listener),
    giveUp: () => stop('Too many faults', 1),
  });
  // Swedish writes dates as ISO 8601 does.
  console.log(`Started at ${new Date().toLocaleString('sv-SE')} (${server.timeZone})`);
  console.log(`HTTP   ${server.httpUrl}/api/v1\nOPC UA ${server.opcuaUrl}`);
};
