import { runUntilStopped } from './compose/run.ts';
import { createServer } from './compose/server.ts';
import { readSettingsToStart, settingsOrExit } from './settings/process-settings.ts';

const { settings, notes } = settingsOrExit(await readSettingsToStart());
await runUntilStopped(createServer(settings), notes);
