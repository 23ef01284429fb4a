import type { Settings } from '../settings/definitions.ts';

export const maxUploadBytes = ({ MAX_UPLOAD_MB }: Settings): number => MAX_UPLOAD_MB * 1_000_000;
