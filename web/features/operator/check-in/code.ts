/** A purchase id as the service makes them: `p_` and 22 characters of base64url. */
const whole = /(?:^|[^A-Za-z0-9_-])(p_[A-Za-z0-9_-]{22})(?![A-Za-z0-9_-])/;
/** Characters by which the beginning of an id is found; fewer are a reference or nothing, so that nobody is checked in for another. */
const fewest = 6;
/** Characters that a search takes. */
const most = 128;
/** In no id and no reference: control characters, line breaks among them. */
const unprintable = /[\p{Cc}\u2028-\u202e\u2066-\u2069]/u;
const idText = /^[\w-]+$/;

/** What was typed, pasted or read by the camera. */
export type Code =
  /** The whole id, wherever it stands in the text. */
  | { kind: 'id'; purchaseId: string }
  /** To be searched for: the beginning of an id, or a shop's own number of an order, which may be short and have blanks. */
  | { kind: 'part'; q: string }
  | { kind: 'empty' }
  | { kind: 'unreadable' };

export const codeOf = (text: string): Code => {
  const trimmed = text.trim();
  if (trimmed === '') return { kind: 'empty' };
  const purchaseId = whole.exec(trimmed)?.[1];
  if (purchaseId !== undefined) return { kind: 'id', purchaseId };
  if (trimmed.length > most || unprintable.test(trimmed)) return { kind: 'unreadable' };
  return { kind: 'part', q: trimmed };
};

/** What to search for, one after the other until something is found: an id is often read out without its `p_`. */
export const searchesOf = (q: string): string[] => (q.length > fewest && idText.test(q) && !q.startsWith('p_') ? [q, `p_${q}`] : [q]);

/** Whether an order that a search found is meant: by its whole reference, or the beginning of its id. A visitor's id is none that people bring to the door. */
export const isMeant = (order: { purchaseId: string; reference?: string }, q: string): boolean =>
  order.reference === q || (q.length >= fewest && (order.purchaseId.startsWith(q) || order.purchaseId.startsWith(`p_${q}`)));

/** The same code again within this time is the one that is still in the picture, ms. */
const stillThereMs = 3_000;

/** Says of each text that the camera reads whether it is a new one: a code that stays in view is read once. */
export const createSeen = () => {
  const lastMs = new Map<string, number>();
  return (text: string, nowMs: number): boolean => {
    const before = lastMs.get(text);
    for (const [other, atMs] of lastMs) if (nowMs - atMs > stillThereMs) lastMs.delete(other);
    lastMs.set(text, nowMs);
    return before === undefined || nowMs - before > stillThereMs;
  };
};
