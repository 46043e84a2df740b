import { Refusal } from './console.mjs';

/** The sale to try things on, made through the public API if there is none. True when it was made now. */
export const ensureDemoSale = async (gateway, adminToken) => {
  const response = await fetch(`${gateway}/api/admin/sales`, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ saleId: 'concert_2025', title: 'Concert 2025', stock: 1_000, admitPerSecond: 50, activeLimit: 500 }),
  });
  if (response.status === 201) return true;
  if (response.status === 409) return false;
  throw new Refusal(`The demo sale could not be made: ${response.status} ${await response.text()}`);
};
