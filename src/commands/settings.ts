/** `npm run settings`: every setting with its value, source and meaning; `-- --example`: the `.env.example`. */
import { readSettingsToStart } from '../settings/process-settings.ts';
import { exampleSettings, reportSettings } from '../settings/report.ts';

if (process.argv.includes('--example')) process.stdout.write(exampleSettings());
else {
  const reading = await readSettingsToStart();
  console.log(reportSettings(reading));
  if (reading.faults.length > 0) process.exitCode = 1;
}
