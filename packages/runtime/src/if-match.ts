/** The version that an `If-Match` names; null for any. Validated by the route. */
export const versionOf = (ifMatch: string | undefined): number | null =>
  ifMatch === undefined || ifMatch === '*' ? null : Number(ifMatch.replaceAll('"', ''));
