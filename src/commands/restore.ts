/** `npm run restore FILE`: brings a backup back; `npm run restore -- FILE --force` where something is stored, which is kept aside (npm keeps a --force before `--` for itself). */
import { restore } from '../compose/restore.ts';
import { runOnFile } from './on-file.ts';

await runOnFile('npm run restore FILE, or npm run restore -- FILE --force', true, restore);
