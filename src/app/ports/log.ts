type LogMethod = (fields: object, message: string) => void;

/** Structured log; pino fits. Never given secrets. */
export interface Log {
  debug: LogMethod;
  info: LogMethod;
  warn: LogMethod;
  error: LogMethod;
  child(fields: object): Log;
}
