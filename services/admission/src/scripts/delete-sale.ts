import { saleKeys } from '@sunbeon/contracts';
import { actorText, defineScript, type Actor } from '@sunbeon/runtime';

/** Keys without which a sale is broken. */
const checked = ['sale', 'stock', 'flow', 'events'] as const;

export const deleteSale = defineScript<{ by?: Actor }, 'deleted' | 'not_closed' | 'pass_is_live' | 'no_sale'>({
  name: 'admission/delete-sale',
  url: new URL('./delete-sale.lua', import.meta.url),
  keys: [...checked, ...saleKeys.filter((name) => !(checked as readonly string[]).includes(name)), 'auditLog'],
  arguments: ({ by }) => [actorText(by)],
  decode: (reply) => reply as 'deleted' | 'not_closed' | 'pass_is_live' | 'no_sale',
});
