/** asyncua, the OPC UA library of Python. */
import { describeClient } from '../describe-client.ts';

describeClient('asyncua');
