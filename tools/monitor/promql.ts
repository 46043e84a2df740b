/** Words of PromQL that are no metric. */
const words = new Set([
  'and',
  'or',
  'unless',
  'by',
  'on',
  'without',
  'ignoring',
  'group_left',
  'group_right',
  'bool',
  'offset',
  'inf',
  'nan',
]);

/** One metric as an expression names it, with its label matchers. */
export interface Selector {
  name: string;
  matchers: { label: string; operator: string; value: string }[];
}

/** All metrics that an expression selects. Good for the expressions of this repository; promtool checks their grammar. */
export const selectorsOf = (expression: string): Selector[] => {
  const matchers: Selector['matchers'][] = [];
  const text = expression
    .replace(/\{((?:[^{}"]|"[^"]*")*)\}/g, (_, inner: string) => {
      matchers.push(
        [...inner.matchAll(/(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"/g)].map(([, label, operator, value]) => ({
          label: label!,
          operator: operator!,
          value: value!,
        })),
      );
      return `{${matchers.length - 1}}`;
    })
    .replace(/"[^"]*"/g, ' ')
    .replace(/\[[^\]]*\]/g, ' ')
    .replace(/\b(by|on|without|ignoring|group_left|group_right)\s*\([^)]*\)/g, ' ');
  return [...text.matchAll(/(?<![\w:])([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(\(|\{(\d+)\})?/g)].flatMap(([, name, after, index]) =>
    after === '(' || words.has(name!.toLowerCase()) || /^\d/.test(name!)
      ? []
      : [{ name: name!, matchers: index === undefined ? [] : matchers[Number(index)]! }],
  );
};
