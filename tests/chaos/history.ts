import type { ServerMessage } from '@sunbeon/contracts';

/** A client's knowledge of one call: done, refused, or unknown. */
export type Outcome = 'ok' | 'refused' | 'unknown';
export interface Join {
  visitor: string | null;
  seq: number | null;
  fresh: boolean;
  sentAt: number;
  ackedAt: number;
  outcome: Outcome;
}
export interface Buy {
  visitor: string;
  key: string;
  quantity: number;
  outcome: Outcome;
  purchaseId: string | null;
  code: string | null;
}
/** One WebSocket connection of a visitor, as the browser saw it. */
export interface Listening {
  visitor: string;
  after: number | null;
  frames: { id: number | null; type: ServerMessage['type'] }[];
}

/** Everything all clients received, in that order. */
export interface History {
  joins: Join[];
  buys: Buy[];
  listenings: Listening[];
  calls: Record<Outcome, number>;
  /** Answers that no client should ever see: 500s, malformed bodies. */
  scandals: string[];
}

export const newHistory = (): History => ({ joins: [], buys: [], listenings: [], calls: { ok: 0, refused: 0, unknown: 0 }, scandals: [] });
