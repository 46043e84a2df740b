import { CliError } from './console.mjs';

const saleId = 'concert_2025';
/** Time for the demo sale to be made and to be served, ms. */
const limitMs = 30_000;
/** One request may take, ms. */
const askMs = 5_000;

const ask = (url, init = {}) => fetch(url, { ...init, signal: AbortSignal.timeout(askMs) });
const make = (gateway, adminToken) =>
  ask(`${gateway}/api/admin/sales`, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ saleId, title: 'Concert 2025', stock: 1_000, admitPerSecond: 50, activeLimit: 500 }),
  });

/** Repeats `attempt` until it gives a value; answers that may change (no connection, 5xx) are asked for again. */
const insist = async (what, attempt) => {
  const deadline = Date.now() + limitMs;
  for (let last = 'no answer'; ;) {
    try {
      const value = await attempt((text) => {
        last = text;
      });
      if (value !== undefined) return value;
    } catch (error) {
      if (error instanceof CliError) throw error;
      last = error.message;
    }
    if (Date.now() > deadline) throw new CliError(`${what}: ${last}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

/** Creates the demo sale by the public API unless it exists. True when created now. Resolves once lists and reads of the gateway have it. */
export const ensureDemoSale = async (gateway, adminToken) => {
  const made = await insist('The demo sale could not be made', async (note) => {
    const { status, text } = await make(gateway, adminToken).then(async (response) => ({
      status: response.status,
      text: await response.text(),
    }));
    if (status === 201 || status === 409) return status === 201;
    if (status < 500) throw new CliError(`The demo sale could not be made: ${status} ${text}`);
    note(`${status} ${text}`);
    return undefined;
  });
  await insist('The demo sale is not served', async (note) => {
    const sale = await ask(`${gateway}/api/sales/${saleId}`);
    const list = await ask(`${gateway}/api/sales`);
    note(`${sale.status} for the sale, ${list.status} for the list`);
    // An earlier one may be closed, and a list has pages: only a new one must be on the first.
    return sale.ok && list.ok && (!made || (await list.text()).includes(`"${saleId}"`)) ? true : undefined;
  });
  return made;
};

/** Waits until the page itself shows the sale. */
export const pageShowsSale = (web) =>
  insist('The page does not show the demo sale', async (note) => {
    const [page, list] = await Promise.all([ask(`${web}/sales/${saleId}`), ask(`${web}/api/sales`)]);
    note(`${page.status} for the page, ${list.status} for its list`);
    return page.ok && list.ok ? true : undefined;
  });
