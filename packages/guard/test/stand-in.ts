import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';

/** How an endpoint behaves: as it should, without an answer, with a status, with a broken connection, or after so many ms. */
export type Mood =
  'ok' | 'hang' | 'reset' | 'half' | { status: number; body?: string; headers?: Record<string, string> } | { afterMs: number };

export interface SigningKey {
  privateKey: CryptoKey;
  publicKey: CryptoKey;
  jwk: JWK & { kid: string };
}
export const newKey = async (): Promise<SigningKey> => {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const jwk = await exportJWK(publicKey);
  return { privateKey, publicKey, jwk: { ...jwk, kid: await calculateJwkThumbprint(jwk) } };
};

export const nowSeconds = (): number => Math.floor(Date.now() / 1_000);
export const randomCode = (): string => Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64url');

interface Stay {
  passId: string;
  saleId: string;
  exp: number;
  extensions: number;
  outcome?: string;
  completedAt?: string;
}

/**
 * A Sunbeon on a free port that keeps the HTTP contract of passes: real keys and signatures, tickets that are worth one redemption. The guard's tests
 * need one that can also be slow, silent, broken or gone.
 */
export class StandIn {
  readonly shopKey = 'shop-key-of-the-stand-in-0123456789abcdef';
  keys: SigningKey[] = [];
  jwks: Mood = 'ok';
  redeem: Mood = 'ok';
  shopCalls: Mood = 'ok';
  /** One word for each call, in order: `jwks`, `redeem`, `extend`, `complete`. */
  calls: string[] = [];
  /** Idempotency keys in order of arrival. */
  idempotencyKeys: string[] = [];
  port = 0;
  #server: Server | undefined;
  readonly #tickets = new Map<string, Stay>();
  readonly #redeemed = new Map<string, string>();
  readonly #stays = new Map<string, Stay>();

  static async start(): Promise<StandIn> {
    const standIn = new StandIn();
    standIn.keys = [await newKey()];
    await standIn.listen();
    return standIn;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }
  count(call: string): number {
    return this.calls.filter((name) => name === call).length;
  }

  async listen(): Promise<void> {
    const server = createServer((request, response) => void this.#answer(request, response));
    server.listen(this.port, '127.0.0.1');
    await once(server, 'listening');
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  /** Refuses connections until `listen`. */
  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }

  ticket(saleId = 'concert', seconds = 300): string {
    const ticket = `${saleId}.${randomCode()}`;
    this.#tickets.set(ticket, { passId: `${saleId}.${randomCode()}`, saleId, exp: nowSeconds() + seconds, extensions: 0 });
    return ticket;
  }

  /** A stay that was redeemed already, with its pass. */
  async stay(saleId = 'concert', seconds = 300): Promise<{ passId: string; pass: string }> {
    const stay: Stay = { passId: `${saleId}.${randomCode()}`, saleId, exp: nowSeconds() + seconds, extensions: 0 };
    this.#stays.set(stay.passId, stay);
    return { passId: stay.passId, pass: await this.sign(stay) };
  }

  sign({ passId, saleId, exp }: Pick<Stay, 'passId' | 'saleId' | 'exp'>, key = this.keys[0]!): Promise<string> {
    return new SignJWT({})
      .setProtectedHeader({ alg: 'EdDSA', typ: 'sunbeon-pass+jwt', kid: key.jwk.kid })
      .setIssuer(this.url)
      .setAudience(`sunbeon:sale:${saleId}`)
      .setSubject('visitor-of-the-tests')
      .setJti(passId)
      .setIssuedAt(Math.min(nowSeconds(), exp - 300))
      .setExpirationTime(exp)
      .sign(key.privateKey);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const part of request) text += String(part);
    const url = request.url ?? '';
    const call = url === '/.well-known/jwks.json' ? 'jwks' : (url.split('/').at(-1) ?? '');
    this.calls.push(call);
    const mood = call === 'jwks' ? this.jwks : call === 'redeem' ? this.redeem : this.shopCalls;
    if (mood === 'hang') return;
    if (mood === 'reset') return void request.socket.destroy();
    if (mood === 'half') return void response.writeHead(200, { 'content-length': '500' }).write('{"keys":[');
    if (typeof mood === 'object' && 'status' in mood) return void response.writeHead(mood.status, mood.headers).end(mood.body ?? '');
    if (typeof mood === 'object') await new Promise((resolve) => setTimeout(resolve, mood.afterMs));
    const [status, body] =
      call === 'jwks' ? [200, { keys: this.keys.map(({ jwk }) => jwk) }] : await this.#shopCall(request, url, call, text);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  async #shopCall({ headers, method }: IncomingMessage, url: string, call: string, text: string): Promise<[number, object]> {
    if (method !== 'POST') return [404, { code: 'not_found' }];
    if (headers.authorization !== `Bearer ${this.shopKey}`) return [401, { code: 'invalid_token' }];
    const key = headers['idempotency-key'];
    if (typeof key === 'string') this.idempotencyKeys.push(key);
    if (call === 'redeem') return await this.#redeem((JSON.parse(text) as { ticket: string }).ticket, key);
    const stay = this.#stays.get(decodeURIComponent(url.split('/').at(-2) ?? ''));
    if (stay === undefined) return [404, { code: 'pass_not_found' }];
    if (call === 'extend') {
      if (stay.completedAt !== undefined) return [409, { code: 'already_completed' }];
      if (stay.extensions >= 2) return [409, { code: 'limit_exceeded', detail: 'This stay was extended as often as the sale allows.' }];
      stay.extensions += 1;
      stay.exp = nowSeconds() + 600;
      return [200, { pass: await this.sign(stay), expiresAt: new Date(stay.exp * 1_000).toISOString() }];
    }
    const { outcome } = JSON.parse(text) as { outcome: string };
    if (stay.outcome !== undefined && stay.outcome !== outcome) return [409, { code: 'already_completed' }];
    stay.outcome = outcome;
    stay.completedAt ??= new Date().toISOString();
    return [200, { completedAt: stay.completedAt }];
  }

  async #redeem(ticket: string, key: string | string[] | undefined): Promise<[number, object]> {
    const before = this.#redeemed.get(String(key));
    if (before !== undefined) return [200, JSON.parse(before) as object];
    const stay = this.#tickets.get(ticket);
    if (stay === undefined) return [404, { code: 'ticket_not_found' }];
    this.#tickets.delete(ticket);
    this.#stays.set(stay.passId, stay);
    const { passId, saleId, exp } = stay;
    const expiresAt = new Date(exp * 1_000).toISOString();
    const body = { pass: await this.sign(stay), passId, saleId, visitorId: 'visitor-of-the-tests', expiresAt, returnUrl: '' };
    this.#redeemed.set(String(key), JSON.stringify(body));
    return [200, body];
  }
}
