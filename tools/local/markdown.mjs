// What links need to know of a Markdown file: its headings, its links, and what GitHub calls the place of a heading.

/** The text without code blocks; lines stay where they are. */
const withoutBlocks = (text) => {
  let fence = null;
  return text
    .split('\n')
    .map((line) => {
      const [, mark] = /^\s*(`{3,}|~{3,})/.exec(line) ?? [];
      if (mark && fence === null) {
        fence = mark;
        return '';
      }
      if (fence !== null) {
        if (mark?.startsWith(fence) && line.trim() === mark) fence = null;
        return '';
      }
      return line;
    })
    .join('\n');
};

/** The headings as they are read: without `#`, emphasis, code marks and addresses of links. */
export const headingsOf = (text) =>
  [...withoutBlocks(text).matchAll(/^ {0,3}#{1,6}[ \t]+(.+?)(?:[ \t]+#+)?[ \t]*$/gm)].map(([, title]) =>
    title
      .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replaceAll(/`([^`]*)`/g, '$1')
      .replaceAll(/\*+|~~|(?<!\w)_+|_+(?!\w)/g, ''),
  );

/** GitHub's anchor of a heading: lower case; letters, digits, `_` and `-` stay; each space becomes `-`. */
const slugOf = (heading) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-');

/** All anchors of a file: headings, of which a second one with the same text gets `-1`, and the `id` of HTML elements. */
export const anchorsOf = (text) => {
  const anchors = new Set();
  for (const heading of headingsOf(text)) {
    const slug = slugOf(heading);
    let anchor = slug;
    for (let n = 1; anchors.has(anchor); n += 1) anchor = `${slug}-${n}`;
    anchors.add(anchor);
  }
  for (const [, id] of withoutBlocks(text).matchAll(/<[a-z]+ [^>]*\b(?:id|name)="([^"]+)"/g)) anchors.add(id);
  return anchors;
};

/**
 * Numbers of the headings that begin with one: `## 8. Title`, `### 8.1 Title`, `## §8 Title`.
 * @type {(text: string) => Set<string>}
 */
export const numbersOf = (text) =>
  new Set(headingsOf(text).flatMap((heading) => /^§? ?(\d+(?:\.\d+)*)(?=[.:)\s]|$)/.exec(heading)?.[1] ?? []));

/**
 * Targets of all links and pictures: in brackets, by reference, in HTML. Code is no link.
 * @type {(text: string) => string[]}
 */
export const linksOf = (text) => {
  const prose = withoutBlocks(text).replaceAll(/(`+)(?!`)[^]*?(?<!`)\1(?!`)/g, (code) => code.replaceAll(/[^\n]/g, ' ').replace(/^ /, 'x'));
  return [
    /\]\(\s*<?([^\s)>]+)>?(?:\s+"[^"]*")?\s*\)/g,
    /^ {0,3}\[[^\]]+\]:\s*<?([^\s>]+)/gm,
    /<(?:a|img|source)\b[^>]*?\b(?:href|src|srcset)="([^"]+)"/g,
  ].flatMap((pattern) => [...prose.matchAll(pattern)].map(([, target]) => target));
};
