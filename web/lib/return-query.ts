import { returnLimits } from '@sunbeon/contracts/return-limits';

/** A return address as the server's pages pass it on, unread; none that no ticket may have. Of several the first counts. */
export const carriedAddressOf = (value: unknown): string | undefined => {
  const [first]: unknown[] = Array.isArray(value) ? value : [value];
  return typeof first === 'string' && first !== '' && first.length <= returnLimits.returnUrlCharacters ? first : undefined;
};

/** A path of this site with the return address as its parameter: it leads to no other site, whatever the address is. */
export const withReturn = (path: string, address: string | undefined): string =>
  address === undefined ? path : `${path}${path.includes('?') ? '&' : '?'}returnUrl=${encodeURIComponent(address)}`;
