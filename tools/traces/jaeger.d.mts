export const jaegerVersion: string;
export const jaegerProgram: string;
export const buildJaeger: () => Promise<void>;
export interface Jaeger {
  endpoint: string;
  api: string;
  pid: number;
  stop: () => Promise<void>;
}
export const startJaeger: (options?: { maxTraces?: number }) => Promise<Jaeger>;
