import { createHash } from 'node:crypto';
import { saleTimeMs, type PlanChange, type PlannedChange } from '@sunbeon/contracts';
import { actorText, defineScript, type Actor, type NoSale } from '@sunbeon/runtime';
import { fieldsOf } from '../sale-fields.ts';

/** JSON in Redis; its score is `at` in ms. `fields`: the settings as field, value pairs of the sale. */
interface StoredPlanned {
  plannedId: string;
  at: string;
  change: PlanChange['change'];
  fields: string[];
  by: string;
}

/** As the API shows it. */
export const plannedOf = (json: string): PlannedChange => {
  const { plannedId, at, change, by } = JSON.parse(json) as StoredPlanned;
  return { plannedId, at, change, operator: (JSON.parse(by) as Actor).operator };
};

export type PlanOutcome =
  | { outcome: 'planned'; planned: PlannedChange }
  | { outcome: 'replayed'; planned: PlannedChange }
  | { outcome: 'idempotency_conflict' }
  | { outcome: 'past' }
  | { outcome: 'too_many' }
  | { outcome: 'closed' }
  | NoSale;

/** Keeps a change for `at`. */
export const plan = defineScript<PlanChange & { plannedId: string; key?: string | undefined; by?: Actor }, PlanOutcome>({
  name: 'admission/plan',
  url: new URL('./plan.lua', import.meta.url),
  keys: ['sale', 'flow', 'events', 'auditLog', 'planned', 'idempotency'],
  arguments: ({ plannedId, at, change, key, by }) => {
    const { status: _, ...settings } = change;
    const stored: StoredPlanned = { plannedId, at, change, fields: fieldsOf(settings), by: actorText(by) };
    const fingerprint = createHash('sha256')
      .update(JSON.stringify([at, change]))
      .digest('base64url');
    return [actorText(by), plannedId, saleTimeMs(at)!, JSON.stringify(stored), key ?? '', fingerprint];
  },
  decode: (reply) => {
    const [outcome, json] = reply as [PlanOutcome['outcome'], string];
    return outcome === 'planned' || outcome === 'replayed' ? { outcome, planned: plannedOf(json) } : { outcome };
  },
});
