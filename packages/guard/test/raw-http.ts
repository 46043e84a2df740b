import { request } from 'node:http';

export interface RawAnswer {
  status: number;
  location: string | undefined;
  setCookie: string[];
  text: string;
}

/** One request whose path is sent byte for byte, as no browser and no `fetch` would send it. */
export const ask = (
  port: number,
  path: string,
  headers: Record<string, string | string[]> = {},
  { method = 'GET', body = '' }: { method?: string; body?: string } = {},
): Promise<RawAnswer> =>
  new Promise((resolve, reject) => {
    const call = request({ port, host: '127.0.0.1', path, method, headers, agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (part: string) => (text += part));
      answer.on('end', () =>
        resolve({ status: answer.statusCode!, location: answer.headers.location, setCookie: answer.headers['set-cookie'] ?? [], text }),
      );
      answer.on('error', reject);
    });
    call.on('error', reject);
    call.end(body);
  });
