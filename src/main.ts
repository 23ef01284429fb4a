import { runUntilStopped } from './compose/run.ts';
import { createServer } from './compose/server.ts';
import { loadSettingsOrExit } from './dotenv.ts';

const { settings, notes } = loadSettingsOrExit();
await runUntilStopped(createServer(settings), notes);
