/** `npm run certificates`: those of the server and of its clients; `npm run certificates renew`: a new one of its own. */
import { renewCertificate, tellCertificates } from '../compose/certificates.ts';
import { fail, runCommand } from './run-command.ts';

const [what = 'list', ...more] = process.argv.slice(2);
if (more.length > 0 || !['list', 'renew'].includes(what)) {
  fail('Usage: npm run certificates, or npm run certificates renew', 2);
}
await runCommand(what === 'renew' ? renewCertificate : tellCertificates);
