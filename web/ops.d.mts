import type { Server } from 'node:http';

export declare const startOps: (settings: { opsPort: string; port: string; host: string; commitFile: URL }) => Server;
