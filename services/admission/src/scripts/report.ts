import { type GatewayReport } from '@sunbeon/contracts';
import { defineScript } from '@sunbeon/runtime';

/** Stores a gateway's report on a sale. */
export const report = defineScript<GatewayReport, 'noted' | 'no_sale'>({
  name: 'admission/report',
  url: new URL('./report.lua', import.meta.url),
  keys: ['sale', 'browsers'],
  arguments: ({ gateway, browsers, estimates, errorSeconds, refused = 0 }) => [gateway, browsers, estimates, errorSeconds, refused],
  decode: (reply) => reply as 'noted' | 'no_sale',
});
