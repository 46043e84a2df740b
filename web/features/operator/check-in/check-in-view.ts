import type { Order } from '@sunbeon/contracts';
import type { OperatorFailure } from '../../../lib/operator-api.ts';

/** The answers that are kept in the list of this device. */
export type Outcome = 'ok' | 'already' | 'cancelled' | 'not_found';

export interface Result {
  kind: Outcome | 'several' | 'unreadable' | 'lost' | 'refused';
  /** What was entered. */
  text: string;
  purchaseId?: string | undefined;
  /** Tickets of the order, as far as known. */
  quantity?: number | undefined;
  /** Of the first check-in, or of the cancellation. */
  at?: string | undefined;
  reference?: string | undefined;
  /** To choose from. */
  choices?: readonly Order[] | undefined;
  failure?: OperatorFailure | undefined;
}

/** One line of the list of this device. */
export interface Recent {
  kind: Outcome;
  /** The id, or what was entered where none is known. */
  code: string;
  quantity?: number | undefined;
  /** When it was answered, by this device's clock. */
  atMs: number;
}
/** Lines that are kept. */
export const mostRecent = 20;

export interface CheckInView {
  /** Number of the newest attempt: what an older one brings is not the result any more. */
  turn: number;
  /** `again`: an answer did not arrive, and the same is asked again. */
  phase: 'idle' | 'asking' | 'again';
  result: Result | null;
  recent: readonly Recent[];
}

export const noCheckIn: CheckInView = { turn: 0, phase: 'idle', result: null, recent: [] };

export type CheckInEvent =
  | { type: 'kept'; recent: readonly Recent[] }
  | { type: 'asked'; turn: number }
  | { type: 'again'; turn: number }
  | { type: 'answered'; turn: number; result: Result; nowMs: number }
  /** More about the order of the result that is shown. */
  | { type: 'details'; turn: number; order: Order }
  | { type: 'cleared' };

const isOutcome = (kind: Result['kind']): kind is Outcome => ['ok', 'already', 'cancelled', 'not_found'].includes(kind);

const withDetails = <T extends { quantity?: number | undefined }>(line: T, { quantity }: Order): T => ({ ...line, quantity });

/** The check-in page: a pure function of events. */
export const reduceCheckIn = (view: CheckInView, event: CheckInEvent): CheckInView => {
  switch (event.type) {
    case 'kept':
      return { ...view, recent: event.recent };
    case 'cleared':
      return { ...view, recent: [] };
    case 'asked':
      return { ...view, turn: event.turn, phase: 'asking', result: null };
    case 'again':
      return event.turn === view.turn ? { ...view, phase: 'again' } : view;
    case 'answered': {
      const { kind, purchaseId, text, quantity } = event.result;
      // An answer to an older attempt was given all the same.
      const recent = isOutcome(kind)
        ? [{ kind, code: purchaseId ?? text, quantity, atMs: event.nowMs }, ...view.recent].slice(0, mostRecent)
        : view.recent;
      return event.turn === view.turn ? { ...view, phase: 'idle', result: event.result, recent } : { ...view, recent };
    }
    case 'details': {
      const { order } = event;
      const at = view.recent.findIndex(({ code }) => code === order.purchaseId);
      const recent = view.recent.map((line, i) => (i === at ? withDetails(line, order) : line));
      if (event.turn !== view.turn || view.result === null || view.result.purchaseId !== order.purchaseId) return { ...view, recent };
      const when = order.state === 'cancelled' ? order.cancelledAt : order.checkedInAt;
      return {
        ...view,
        recent,
        result: { ...withDetails(view.result, order), reference: order.reference, at: view.result.at ?? when },
      };
    }
  }
};

/** The result of a refusal. Null: the outcome is unknown, and the same is asked again with the same key. */
export const resultOf = (text: string, purchaseId: string | undefined, failure: OperatorFailure): Result | null => {
  switch (failure.code) {
    case 'already_checked_in':
      return { kind: 'already', text, purchaseId, at: failure.checkedInAt };
    case 'order_cancelled':
      return { kind: 'cancelled', text, purchaseId };
    case 'order_not_found':
      return { kind: 'not_found', text, purchaseId };
    case 'network':
    case 'unavailable':
    case 'internal_error':
      return null;
    default:
      return { kind: 'refused', text, purchaseId, failure };
  }
};
