/** `npm run settings`: every setting with its value, source and meaning; `-- --example`: the `.env.example`. */
import { loadSettingsOrExit } from '../settings/process-settings.ts';
import { exampleSettings, reportSettings } from '../settings/report.ts';

if (process.argv.includes('--example')) process.stdout.write(exampleSettings());
else console.log(reportSettings(loadSettingsOrExit()));
