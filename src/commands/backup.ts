/** `npm run backup FILE`: data, uploads and certificates as one verified file, also while the server runs. */
import { backUp } from '../compose/backup.ts';
import { runOnFile } from './on-file.ts';

await runOnFile('npm run backup FILE', false, backUp);
