import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { conclude, type Check } from '../src/check.ts';
import { addressOf } from '../src/download.ts';
import { verifySale, type Question } from '../src/verify.ts';
import { frozenAtMs, generation, saleId, sha256, testChain, type MadeDraw } from './draw-maker.ts';

const perPage = 4_096;
const hex = (bytes: Buffer): string => bytes.toString('hex');

export interface SigningKey {
  kid: string;
  privateKey: KeyObject;
  jwk: object;
}
export const newKey = (kid: string): SigningKey => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { kid, privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg: 'EdDSA', use: 'sig' } };
};

/** Signs claims as a receipt, or as what `header` says. */
export const signReceipt = (key: SigningKey, claims: object, header: object = {}): string => {
  const head = { alg: 'EdDSA', typ: 'sunbeon-receipt+jwt', kid: key.kid, ...header };
  const all = { iss: 'http://sunbeon.example', aud: `sunbeon:sale:${saleId}`, generation, iat: 1_790_000_100, ...claims };
  const text = [head, all].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${text}.${sign(null, Buffer.from(text), key.privateKey).toString('base64url')}`;
};

/** The answer of `/draw` for a draw that is over. */
export const answerOf = ({ seed, roster, root, beacon }: MadeDraw): Record<string, unknown> => ({
  algorithm: 'sunbeon-draw-v1',
  phase: 'drawn',
  order: 'random',
  commitment: hex(sha256(seed)),
  generation,
  lobbyOpensAt: '2026-11-28T09:00:00.000Z',
  opensAt: '2026-11-28T10:00:00.000Z',
  closedAt: new Date(frozenAtMs - 120).toISOString(),
  frozenAt: new Date(frozenAtMs).toISOString(),
  count: roster.length,
  root: hex(root),
  beacon,
  seed: hex(seed),
  drawnAt: new Date(frozenAtMs + 9_000).toISOString(),
});

/** An HTTP server with the public calls of a draw; a test changes what it shows. */
export class StandIn {
  /** Answer of `/draw`, or the status and code of a problem. */
  draw: Record<string, unknown> | { status: number; code: string };
  /** What the pages show, in this order. */
  entries: readonly Buffer[];
  readonly key = newKey('key-1');
  /** Whether a page beyond the end is empty instead of 404. */
  isEndless = false;
  /** Answers 503 so many times first. */
  failures = 0;
  readonly #server: Server;

  private constructor(made: MadeDraw) {
    this.draw = answerOf(made);
    this.entries = made.roster;
    this.#server = createServer((request, response) => this.#answer(request.url!, response));
  }

  static async start(made: MadeDraw): Promise<StandIn> {
    const standIn = new StandIn(made);
    standIn.#server.listen(0, '127.0.0.1');
    await once(standIn.#server, 'listening');
    return standIn;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }
  get sale(): string {
    return `${this.url}/api/sales/${saleId}`;
  }

  /** Shows another draw, as it is. */
  show(made: MadeDraw): void {
    this.draw = answerOf(made);
    this.entries = made.roster;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(url: string, response: ServerResponse): void {
    const send = (status: number, value: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    };
    if (this.failures > 0) {
      this.failures -= 1;
      return send(503, { code: 'unavailable' });
    }
    if (url === '/.well-known/jwks.json') return send(200, { keys: [this.key.jwk] });
    const { draw } = this;
    if (url === `/api/sales/${saleId}/draw`) return send('status' in draw ? (draw['status'] as number) : 200, draw);
    const [, root, page] = /\/draw\/([0-9a-f]+)\/entries\/(\d+)$/.exec(url) ?? [];
    const shown = this.entries.slice(Number(page) * perPage, (Number(page) + 1) * perPage);
    if (!('root' in draw) || root !== draw['root'] || (shown.length === 0 && !this.isEndless)) return send(404, { code: 'not_found' });
    response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(Buffer.concat(shown));
  }
}

/** All checks of a question about the stand-in's sale. */
export const askAbout = async (standIn: StandIn, question: Omit<Question, 'address'> = {}) => {
  const checks: Check[] = [];
  for await (const check of verifySale({ address: addressOf(standIn.sale)!, chain: testChain, ...question })) checks.push(check);
  const codesOf = (verdict: string): string[] => checks.filter((check) => check.verdict === verdict).map(({ code }) => code);
  return { conclusion: conclude(checks), checks, wrong: codesOf('wrong'), unproven: codesOf('unproven'), right: codesOf('right') };
};
