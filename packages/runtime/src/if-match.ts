/** The version that an `If-Match` names; null for any. Validated by the route. A weak tag counts: a proxy that packs an answer makes ours weak. */
export const versionOf = (ifMatch: string | undefined): number | null =>
  ifMatch === undefined || ifMatch === '*' ? null : Number(ifMatch.replace(/[W/"]/g, ''));
