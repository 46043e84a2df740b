import { CodedError } from '@sunbeon/runtime';
import type { FastifyRequest } from 'fastify';

const keyPattern = /^[+/0-9A-Za-z]{22}==$/;
const protocolPattern = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** The rules of RFC 6455, 4.2.1, before `ws` applies them: it would refuse without a problem document. */
export const checkHandshake = ({ headers }: FastifyRequest): void => {
  if (headers.upgrade === undefined) throw new CodedError('upgrade_required', undefined, { upgrade: 'websocket' });
  if (headers.upgrade.toLowerCase() !== 'websocket') throw new CodedError('upgrade_required', 'Upgrade must be websocket.', { upgrade: 'websocket' });
  const version = Number(headers['sec-websocket-version']);
  if (version !== 13 && version !== 8) throw new CodedError('upgrade_required', 'Sec-WebSocket-Version must be 13.', { 'sec-websocket-version': '13' });
  if (!keyPattern.test(headers['sec-websocket-key'] ?? '')) throw new CodedError('invalid_request', 'Sec-WebSocket-Key must be 16 bytes in base64.');
  const offered = headers['sec-websocket-protocol'];
  if (offered === undefined) return;
  const protocols = offered.split(',').map((text) => text.trim());
  if (!protocols.every((text) => protocolPattern.test(text)) || new Set(protocols).size !== protocols.length) {
    throw new CodedError('invalid_request', 'Sec-WebSocket-Protocol must be a list of different names.');
  }
};
