import type { ErrorCode } from './errors.ts';

/** What a gateway knows and Redis does not. The totals are of this process since it started, so saying them again changes nothing. */
export interface GatewayReport {
  /** The gateway's instance. */
  gateway: string;
  /** Open connections of the sale. */
  browsers: number;
  /** Estimates whose end was seen, and the sum of their errors in seconds. */
  estimates: number;
  errorSeconds: number;
}

/** One element of a batch on the hop from gateway to service: its own sale, token and input. */
export interface HopItem {
  saleId: string;
  /** The caller's token as it came; the service verifies it. */
  token?: string;
  /** Joins without a token: names this intent, so that a repeated one gives the same place. From the gateway, never from a client. */
  operation?: string;
  /** Purchases only. */
  idempotencyKey?: string;
  quantity?: number;
  /** Reports only: what one gateway sees of the sale. */
  report?: GatewayReport;
  /** W3C traceparent of the caller's request, when traced. */
  trace?: string;
}

/** The element's own answer; `body` is the JSON that the caller gets. */
export interface HopAnswer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
  /** Set on problems, for metrics. */
  code?: ErrorCode;
}

/** `POST` with `{ items: HopItem[] }` → `{ answers: HopAnswer[] }`, same length and order. */
export const hopPaths = {
  join: '/internal/joins',
  place: '/internal/places',
  claim: '/internal/claims',
  purchase: '/internal/purchases',
  report: '/internal/reports',
} as const;
export type HopCall = keyof typeof hopPaths;
