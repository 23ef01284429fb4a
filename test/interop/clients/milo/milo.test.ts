/** Eclipse Milo, the OPC UA stack of Ignition and of much that is written in Java. */
import { describeClient } from '../describe-client.ts';

describeClient('milo');
