import type { Registry } from 'prom-client';

export declare const createPageMetrics: (build: { version: string; commit: string }) => {
  registry: Registry;
  observe: (request: { url: string | undefined; method: string | undefined; status: number; seconds: number }) => void;
};
