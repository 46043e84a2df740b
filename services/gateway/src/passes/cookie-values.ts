/** The values of the cookies of one name, in the order of the header (RFC 6265: a value may be quoted), at most `most`; nothing else of it is looked at. */
export const cookieValues = (header: string | undefined, name: string, most: number): string[] => {
  const found: string[] = [];
  for (const pair of header?.split(';') ?? []) {
    const equals = pair.indexOf('=');
    if (equals < 0 || pair.slice(0, equals).trim() !== name) continue;
    const value = /^("?)([\w-]+\.[\w-]+\.[\w-]+)\1$/.exec(pair.slice(equals + 1).trim())?.[2];
    if (value !== undefined && !found.includes(value)) found.push(value);
    if (found.length >= most) break;
  }
  return found;
};
