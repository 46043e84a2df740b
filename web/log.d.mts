import type { IncomingMessage } from 'node:http';

export type WriteLine = (level: string, event: 'web_said' | 'page_failed' | 'request', fields: object, msg: string) => void;
export declare const isLogLevel: (text: string) => boolean;
export declare const identify: (request: Pick<IncomingMessage, 'headers'>) => string;
export declare const createWebLog: (
  settings: { level: string; secret?: string | undefined },
  put: (line: string) => void,
  now?: () => number,
) => WriteLine;
export declare const pageFailedKey: string;
export declare const takeOverOutput: (settings: { level: string; secret?: string | undefined }) => WriteLine;
