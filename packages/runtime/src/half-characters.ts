import type { Fault } from '@sunbeon/contracts';

/** A half of a character in JSON text is always an escape: as bytes it is no UTF-8. A pair of halves matches, too. */
const escapedHalf = /\\u[dD][89a-fA-F]/;
/** One half of a surrogate pair, without the other. */
const half = /\p{Cs}/u;
const detail = 'has half of a character';

/** The first text of parsed JSON that has half of a character, a name included; null without one. Scripts could not read it again. */
export const halfCharacterFault = (json: string, value: unknown): Fault | null => {
  if (!escapedHalf.test(json)) return null;
  // No recursion: a body may be nested as deep as it is long.
  const open: [path: string, value: unknown][] = [['', value]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [path, one] = next;
    if (typeof one === 'string' && half.test(one)) return { path, detail };
    if (typeof one !== 'object' || one === null) continue;
    for (const [name, inner] of Object.entries(one)) {
      if (half.test(name)) return { path, detail };
      open.push([`${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, inner]);
    }
  }
  return null;
};
