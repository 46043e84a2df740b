import type { IncomingMessage } from 'node:http';

export declare const pageHeader: string;
export declare const trusts: (text: string | undefined) => (address: string) => boolean;
export declare const createForwarding: (settings: {
  trustProxy?: string | undefined;
  secret?: string | undefined;
}) => (request: IncomingMessage) => void;
