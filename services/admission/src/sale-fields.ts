import { saleTimeMs, type ChangeSale, type Members } from '@sunbeon/contracts';

/** ISO time → milliseconds as Redis keeps them; '' for none. */
export const millisOf = (time: string | null | undefined): string => (time ? String(saleTimeMs(time)) : '');

/** As Redis keeps them; '' for none. */
export const returnUrlsText = (urls: string[] | null | undefined): string => (urls ? JSON.stringify(urls) : '');

/** How members are known, as Redis keeps it; '' for none. */
export const membersText = (members: Members | null | undefined): string => (members ? JSON.stringify(members) : '');

/** A change as field, value pairs of the sale hash; null clears. */
export const fieldsOf = (change: ChangeSale): string[] =>
  Object.entries(change).flatMap(([name, value]) => {
    if (name === 'lobbyOpensAt' || name === 'opensAt' || name === 'closesAt') return [name, millisOf(value as string | null)];
    if (name === 'returnUrls') return [name, returnUrlsText(value as string[] | null)];
    if (name === 'members') return [name, membersText(value as Members | null)];
    return [name, value === null ? '' : String(value)];
  });
