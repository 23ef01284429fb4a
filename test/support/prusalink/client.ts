/** Requests to a stand-in as a program of anybody's would send them. */
import { request } from 'node:http';

export interface Got {
  readonly status: number;
  readonly text: string;
  readonly challenge: string;
}

export interface Ask {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Without Content-Length. */
  readonly chunked?: boolean;
}

export const ask = (
  printer: { readonly url: string; readonly apiKey: string },
  line: string,
  { headers = { 'X-Api-Key': printer.apiKey }, body, chunked = false }: Ask = {},
): Promise<Got> => {
  const [method = 'GET', path = '/'] = line.split(' ');
  return new Promise((resolve, reject) => {
    const length = body === undefined || chunked ? {} : { 'Content-Length': `${Buffer.byteLength(body)}` };
    const outgoing = request(
      `${printer.url}${path}`,
      { method, agent: false, headers: { ...length, ...headers } },
      response => {
        let text = '';
        response.on('data', chunk => {
          text += chunk;
        });
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            text,
            challenge: response.headers['www-authenticate'] ?? '',
          }),
        );
        response.on('error', reject);
      },
    );
    outgoing.on('error', reject);
    if (body !== undefined) outgoing.write(body);
    outgoing.end();
  });
};
