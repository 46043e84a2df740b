import { handshakeRefusals } from '@sunbeon/contracts';
import { CodedError, codedErrorOf, type Tokens, type VisitorToken } from '@sunbeon/runtime';
import type { FastifyRequest } from 'fastify';

const keyPattern = /^[+/0-9A-Za-z]{22}==$/;
const protocolPattern = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** A refusal whose `detail` names the missing part. `headers`: of the answer. */
export const refusalOf = (name: keyof typeof handshakeRefusals, headers: Record<string, string> = {}): CodedError =>
  new CodedError(handshakeRefusals[name].code, handshakeRefusals[name].detail, headers);

/** Throws `invalid_token` with the reason, or `unavailable` while keys are being changed. */
export const verifyToken = (tokens: Pick<Tokens, 'verify'>, rawToken: string | undefined, saleId: string): VisitorToken => {
  try {
    return tokens.verify(rawToken, saleId);
  } catch (error) {
    throw codedErrorOf(error).code === 'invalid_token' ? refusalOf(rawToken === undefined ? 'noToken' : 'badToken') : error;
  }
};

/** The rules of RFC 6455, 4.2.1, before `ws` applies them: it would refuse without a problem document. */
export const checkHandshake = ({ headers }: FastifyRequest): void => {
  if (headers.upgrade === undefined) throw refusalOf('noUpgrade', { upgrade: 'websocket' });
  if (headers.upgrade.toLowerCase() !== 'websocket') throw refusalOf('otherUpgrade', { upgrade: 'websocket' });
  const version = Number(headers['sec-websocket-version']);
  if (version !== 13 && version !== 8) throw refusalOf('otherVersion', { 'sec-websocket-version': '13' });
  if (!keyPattern.test(headers['sec-websocket-key'] ?? ''))
    throw new CodedError('invalid_request', 'Sec-WebSocket-Key must be 16 bytes in base64.');
  const offered = headers['sec-websocket-protocol'];
  if (offered === undefined) return;
  const protocols = offered.split(',').map((text) => text.trim());
  if (!protocols.every((text) => protocolPattern.test(text)) || new Set(protocols).size !== protocols.length) {
    throw new CodedError('invalid_request', 'Sec-WebSocket-Protocol must be a list of different names.');
  }
};
