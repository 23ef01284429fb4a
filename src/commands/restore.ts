/** `npm run restore FILE`: brings a backup back; `-- --force` where something is stored, which is kept aside. */
import { restore } from '../compose/restore.ts';
import { runOnFile } from './on-file.ts';

await runOnFile('npm run restore FILE, or npm run restore FILE -- --force', true, restore);
