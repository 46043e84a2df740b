import type { Registry } from 'prom-client';

export declare const pages: readonly string[];
export declare const routeOf: (url?: string) => string;
export declare const createPageMetrics: (build: { version: string; commit: string }) => {
  registry: Registry;
  observe: (request: { url: string | undefined; method: string | undefined; status: number; seconds: number }) => void;
};
