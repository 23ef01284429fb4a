/** `npm run export-nodeset FILE`: types, methods and the lab's printers for engineering tools such as TIA Portal. */
import { exportNodeset } from '../compose/export-nodeset.ts';
import { runOnFile } from './on-file.ts';

await runOnFile('npm run export-nodeset FILE', false, exportNodeset);
