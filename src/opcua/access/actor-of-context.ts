import type { ISessionContext } from 'node-opcua';
import type { Actor } from '../../domain/account.ts';

/** Undefined for a session without an account. */
export type ActorOfContext = (context: ISessionContext) => Actor | undefined;
