/** `npm run demo`: the whole lab, simulated, and one part's way through it. `-- --keep` goes on with the last one. */
import { parseArgs } from 'node:util';
import { createDemo } from '../compose/demo.ts';
import { runUntilStopped } from '../compose/run.ts';

const tell = (line: string, over = false): void => {
  if (!process.stdout.isTTY) console.log(line);
  else process.stdout.write(over ? `\x1b[1A\x1b[2K${line}\n` : `${line}\n`);
};

const refuse = (error: unknown): never => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(2);
};

const keepsData = (): boolean => {
  try {
    return parseArgs({ options: { keep: { type: 'boolean', default: false } } }).values.keep;
  } catch (error) {
    return refuse(error);
  }
};

const demo = await createDemo(process.env, keepsData()).catch(refuse);
tell(
  'Accounts, password demo: student (user), plc (machine), operator, admin. They exist in this demo alone.',
);
await runUntilStopped(demo.server, []);
tell('');
await demo.tour(tell);
tell(`
It stays up. What to try next:
  - Browse ${demo.server.opcuaUrl} with an OPC UA client such as UaExpert: Objects/MesPrinting.
    Call Jobs.SubmitJob as plc, then Jobs.ApproveJob as operator.
  - curl ${demo.server.httpUrl}/api/v1/auth/login -H 'content-type: application/json' \\
      -d '{"username": "student", "password": "demo"}'
    then GET /api/v1/jobs and /api/v1/printers with the header 'Authorization: Bearer TOKEN'.
  - Let the filament run out in the next print on a printer, as operator:
    PUT /api/v1/printers/2/simulation {"steps": [{"at_progress": 30, "fault": "filament_out", "for": 30}]}
  - kill -9 this process in the middle of a print and go on with: npm run demo -- --keep
Its data and log are in demo-data/. Ctrl-C stops it.`);
