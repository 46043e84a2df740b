import { isReturnUrlAllowed, withoutTicket } from '@sunbeon/contracts';

/** Where the waiting page sends people back to: the address they came for without a ticket, without its query where that is too long, else the first entry. */
export const returnUrlFor = (url: string, entries: readonly string[]): string => {
  const bare = withoutTicket(url);
  return [bare, bare.split('?', 1)[0]!].find((text) => isReturnUrlAllowed(text, entries)) ?? entries[0]!;
};
