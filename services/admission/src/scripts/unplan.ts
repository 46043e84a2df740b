import { actorText, defineScript, type Actor } from '@sunbeon/runtime';

/** Takes a planned change out of the plan. */
export const unplan = defineScript<{ plannedId: string; by?: Actor }, 'unplanned' | 'planned_not_found' | 'no_sale'>({
  name: 'admission/unplan',
  url: new URL('./unplan.lua', import.meta.url),
  keys: ['sale', 'flow', 'events', 'auditLog', 'planned'],
  arguments: ({ plannedId, by }) => [actorText(by), plannedId],
  decode: (reply) => reply as 'unplanned' | 'planned_not_found' | 'no_sale',
});
