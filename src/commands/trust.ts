/** `npm run trust THUMBPRINT`: a client certificate that was refused is taken from now on, also while the server runs. */
import { trust } from '../compose/certificates.ts';
import { fail, runCommand } from './run-command.ts';

const [thumbprint = '', ...more] = process.argv.slice(2);
if (thumbprint === '' || more.length > 0) fail('Usage: npm run trust THUMBPRINT', 2);
await runCommand(settings => trust(settings, thumbprint));
