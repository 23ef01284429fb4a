/** open62541, the OPC UA stack in C of many devices. */
import { describeClient } from '../describe-client.ts';

describeClient('open62541');
