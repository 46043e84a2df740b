import { saleKeys } from '@sunbeon/contracts';
import { actorText, defineScript, type Actor } from '@sunbeon/runtime';

export const deleteSale = defineScript<{ by?: Actor }, 'deleted' | 'not_closed' | 'no_sale'>({
  name: 'admission/delete-sale',
  url: new URL('./delete-sale.lua', import.meta.url),
  keys: ['sale', ...saleKeys.filter((name) => name !== 'sale'), 'trail'],
  arguments: ({ by }) => [actorText(by)],
  decode: (reply) => reply as 'deleted' | 'not_closed' | 'no_sale',
});
