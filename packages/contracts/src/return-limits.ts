/** Limits of the addresses of a shop. Apart from the others for the page, which checks such an address and needs no other limit. */
export const returnLimits = {
  /** Entries of `returnUrls`, and characters of each. */
  returnUrls: 8,
  returnEntryCharacters: 512,
  /** Characters of an address that a visitor is sent to. */
  returnUrlCharacters: 2_048,
} as const;
