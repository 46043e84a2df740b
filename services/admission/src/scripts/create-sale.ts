import { saleDefaults, type CreateSale } from '@sunbeon/contracts';
import { actorText, defineScript, type Actor } from '@sunbeon/runtime';
import { millisOf } from '../sale-fields.ts';

/** Creates a sale from a validated body. */
export const createSale = defineScript<CreateSale & { by?: Actor }, 'created' | 'exists'>({
  name: 'admission/create-sale',
  url: new URL('./create-sale.lua', import.meta.url),
  keys: ['sale', 'stock', 'flow', 'events', 'trail'],
  arguments: ({ saleId: _, by, stock, opensAt, closesAt, message, title, ...settings }) => [
    actorText(by),
    stock,
    millisOf(opensAt),
    'title', title,
    'closesAt', millisOf(closesAt),
    'message', message ?? '',
    ...Object.entries({ ...saleDefaults, ...settings }).flatMap(([name, value]) => [name, String(value)]),
  ],
  decode: (reply) => reply as 'created' | 'exists',
});
