import { runUntilStopped } from './compose/run.ts';
import { createServer } from './compose/server.ts';
import { loadSettingsOrExit } from './settings/process-settings.ts';

const { settings, notes } = loadSettingsOrExit();
await runUntilStopped(createServer(settings), notes);
