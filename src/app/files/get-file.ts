import type { Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import { findFile } from './find-file.ts';

export const createGetFile =
  ({ store }: ApplicationDeps): Application['getFile'] =>
  (actor, fileId) =>
    findFile(store, actor, fileId);
