/** node-opcua's own client, as Node-RED's nodes use it. */
import { describeClient } from '../describe-client.ts';

describeClient('node-opcua');
