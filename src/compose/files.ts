import type { DependencyContainer } from 'tsyringe';
import { createFileStorage } from '../files/file-storage.ts';
import { maxUploadBytes } from './max-upload-bytes.ts';
import { registerOnce } from './register.ts';
import { tokens } from './tokens.ts';

export const registerFiles = (container: DependencyContainer): void =>
  registerOnce(container, tokens.files, scope => {
    const settings = scope.resolve(tokens.settings);
    return createFileStorage({
      folder: settings.UPLOAD_PATH,
      maxBytes: maxUploadBytes(settings),
      log: scope.resolve(tokens.log),
    });
  });
