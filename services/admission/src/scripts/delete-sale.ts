import { saleKeys } from '@sunbeon/contracts';
import { defineScript } from '@sunbeon/runtime';

export const deleteSale = defineScript<null, 'deleted' | 'not_closed' | 'no_sale'>({
  name: 'admission/delete-sale',
  url: new URL('./delete-sale.lua', import.meta.url),
  keys: ['sale', ...saleKeys.filter((name) => name !== 'sale')],
  arguments: () => [],
  decode: (reply) => reply as 'deleted' | 'not_closed' | 'no_sale',
});
