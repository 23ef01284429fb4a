import { asciiText } from './ascii-text.ts';

/** What a machine told of itself when it was last looked at; '' where it did not say. */
export interface MachineIdentity {
  readonly serialNumber: string;
  readonly manufacturer: string;
  readonly model: string;
  /** Software and version: `OctoPrint 1.11.8`. */
  readonly software: string;
}

/** In characters: of what others send, no more is kept. */
const MAX_WORDS = 80;

const words = (text: string | undefined): string => asciiText(text ?? '', MAX_WORDS).trim();

/** @returns undefined when it told nothing */
export const machineIdentity = (told: Partial<MachineIdentity>): MachineIdentity | undefined => {
  const identity = {
    serialNumber: words(told.serialNumber),
    manufacturer: words(told.manufacturer),
    model: words(told.model),
    software: words(told.software),
  };
  return Object.values(identity).every(word => word === '') ? undefined : identity;
};
