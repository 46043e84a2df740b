import type { Hold } from '@sunbeon/contracts';

/** Answers of the shop's calls, as the contract describes them. */
export interface Redemption {
  pass: string;
  passId: string;
  saleId: string;
  visitorId: string;
  expiresAt: string;
  returnUrl: string;
  hold?: Hold;
}
export interface PassStatus {
  passId: string;
  saleId: string;
  visitorId: string;
  state: 'active' | 'completed' | 'expired';
  expiresAt: string;
  hold?: Hold;
}
