export interface Reply {
  readonly status: number;
  /** JSON text, or another text. */
  readonly body?: string;
  readonly type?: 'application/json' | 'text/html';
  /** WWW-Authenticate. */
  readonly challenge?: string;
}

export const page = (status: number, message = '', title = `${status}`): Reply =>
  status === 204 ? { status } : { status, body: JSON.stringify({ title, message }) };

export const json = (value: unknown): Reply => ({ status: 200, body: JSON.stringify(value) });
