import type { CreateSale, Fault } from '@sunbeon/contracts';
import { returnEntryFault } from '@sunbeon/contracts/return-url';
import { saleTimeMs } from '@sunbeon/contracts/times';

export type FieldName = keyof CreateSale;
/** What a field takes, as the contract's schema says it. Texts of a form; '' is none. */
export type FieldRule = { required: boolean; initial?: number | string } & (
  | { kind: 'id'; pattern: string }
  | { kind: 'text'; min: number; max: number; pattern?: string }
  | { kind: 'integer'; min: number; max: number }
  | { kind: 'number'; min: number; max: number }
  | { kind: 'time' }
  | { kind: 'choice'; options: readonly string[] }
  /** When a new sale opens; nothing is chosen at first. */
  | { kind: 'opening'; options: readonly string[] }
  /** One a line. */
  | { kind: 'addresses'; max: number; maxCharacters: number }
  | { kind: 'json' }
);
/** How a new sale opens: at its time, at once, or by hand, which makes it a draft. */
export const openings = ['at', 'now', 'hand'] as const;
/** In place of an opening, of a sale that exists: its times can be changed. */
export const existing = 'existing';
export type FieldRules = Record<FieldName, FieldRule>;
export type FormValues = Record<FieldName, string>;

/** Reason of a refused text: the key of a message and its values. */
export interface FieldError {
  key:
    | 'rule.required'
    | 'rule.integer'
    | 'rule.number'
    | 'rule.text'
    | 'rule.characters'
    | 'rule.saleId'
    | 'rule.time'
    | 'rule.closesAt'
    | 'rule.lobbyOpensAt'
    | 'rule.total'
    | 'rule.stock.change'
    | 'rule.stock.left'
    | 'rule.addresses'
    | 'rule.address'
    | 'rule.json'
    | 'rule.service'
    | 'act.unchanged'
    | 'planned.past'
    | 'problem.sale_exists';
  values?: Record<string, string | number>;
}
export type FieldErrors = Partial<Record<FieldName, FieldError>>;

/** How a language writes numbers: its ten digits, what stands between groups of them and before fractions, and the sizes of the groups. */
const readWriting = (locale: string, options: { numberingSystem?: 'latn' }) => {
  const format = new Intl.NumberFormat(locale, { useGrouping: true, ...options });
  const parts = format.formatToParts(1_234_567.5);
  const of = (type: string): string => parts.find((part) => part.type === type)?.value ?? '';
  const sizes = parts.filter(({ type }) => type === 'integer').map(({ value }) => [...value].length);
  return {
    digits: Array.from({ length: 10 }, (_, digit) => format.format(digit)),
    group: of('group'),
    decimal: of('decimal'),
    inner: sizes.at(-2) ?? 3,
    last: sizes.at(-1) ?? 3,
  };
};
const known = new Map<string, ReturnType<typeof readWriting>>();
/** Read once: a field is checked at each key. `western`: with the digits 0 to 9. */
const writingOf = (locale: string, western = false): ReturnType<typeof readWriting> => {
  const key = `${locale} ${western}`;
  const found = known.get(key) ?? readWriting(locale, western ? { numberingSystem: 'latn' } : {});
  known.set(key, found);
  return found;
};
/** The language of the reader's browser, which writes the numbers of a form. */
export const ownLocale = (): string => globalThis.navigator?.language ?? 'en';

/** Marks that a keyboard of any language has; another one, as the Arabic marks, is read where the language writes it. */
const isCommon = (mark: string): boolean => /^[.,'’\s]?$/.test(mark);
/**
 * A number as the reader's language writes it, in its own digits or in 0 to 9; NaN for any other text. Spaces between thousands are read in every language,
 * and a minus of any keyboard.
 * Three digits after the mark of fractions that end with a zero are meant as thousands by someone: "1.000" is refused where it is not 1000, it is never 1.
 */
export const numberOf = (text: string, locale = ownLocale()): number => {
  const own = writingOf(locale);
  // Without the marks of direction that some languages write around a minus.
  const bare = text.replace(/[\u061c\u200e\u200f]/g, '').trim();
  let plain = own.digits.reduce((rest, digit, value) => rest.replaceAll(digit, String(value)), bare);
  const { decimal, group, inner, last } = plain === bare ? writingOf(locale, true) : own;
  const [point, comma] = decimal === ',' ? [',', '.'] : ['.', ','];
  if (!isCommon(own.decimal)) plain = plain.replaceAll(own.decimal, point);
  if (!isCommon(own.group)) plain = plain.replaceAll(own.group, comma);
  plain = plain.replace(/^[\u2212\u2013\uff0d]/, '-').replace(/(?<=\d)[\u00a0\u202f ](?=\d{3}(?:\D|$))/g, '');
  const between = `[${comma}'’${/\s/.test(group) ? group : ''}]`;
  // By thousands, or as the language does: 12,34,567 in India.
  const grouped = `\\d{1,3}(?:${between}\\d{3})+|\\d{1,${inner}}(?:${between}\\d{${inner}})*${between}\\d{${last}}`;
  const groups = new RegExp(`^-?(?=[1-9])(?:${grouped})(?=[${point}]|$)`);
  if (group !== '' && groups.test(plain)) plain = plain.replace(groups, (whole) => whole.replace(/[.,'’\s]/g, ''));
  else if (/^-?[1-9]\d{0,2}[.,]\d\d0$/.test(plain)) return Number.NaN;
  if (point === ',') plain = plain.replace(',', '.');
  return /^-?\d+(\.\d+)?$/.test(plain) ? Number(plain) : Number.NaN;
};
/** All digits of a number, without an exponent. */
const inFull = new Intl.NumberFormat('en', { useGrouping: false, maximumFractionDigits: 20 });
/** A number as a form shows it, for numberOf to read: in 0 to 9, as the rest of the console, with the language's mark of fractions for these. */
export const textOf = (value: number, locale = ownLocale()): string => inFull.format(value).replace('.', writingOf(locale, true).decimal);

/** A local time of a form → ISO 8601 UTC; null when it is none. */
export const isoOf = (local: string): string | null => {
  const ms = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(local) ? Date.parse(local) : Number.NaN;
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
};

const two = (value: number): string => String(value).padStart(2, '0');
/** ISO 8601 UTC → value of a form's time field; seconds only when they are not zero. */
export const localOf = (iso: string | undefined): string => {
  if (!iso) return '';
  const at = new Date(iso);
  const minutes = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
  return at.getSeconds() === 0 ? minutes : `${minutes}:${two(at.getSeconds())}`;
};

/** The addresses of a text, one a line. */
export const addressesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** Why one field's text is refused; null when it is not. */
export const checkField = (rule: FieldRule, text: string): FieldError | null => {
  if (text.trim() === '') return rule.required ? { key: 'rule.required' } : null;
  switch (rule.kind) {
    case 'id':
      return new RegExp(rule.pattern).test(text.trim()) ? null : { key: 'rule.saleId' };
    case 'text':
      if ([...text.trim()].length > rule.max) return { key: 'rule.text', values: { max: rule.max, count: [...text.trim()].length } };
      return rule.pattern === undefined || new RegExp(rule.pattern, 'u').test(text.trim()) ? null : { key: 'rule.characters' };
    case 'integer': {
      const value = numberOf(text);
      return Number.isInteger(value) && value >= rule.min && value <= rule.max
        ? null
        : { key: 'rule.integer', values: { min: rule.min, max: rule.max } };
    }
    case 'number': {
      const value = numberOf(text);
      return value >= rule.min && value <= rule.max ? null : { key: 'rule.number', values: { min: String(rule.min), max: rule.max } };
    }
    case 'time':
      return saleTimeMs(isoOf(text) ?? '') === null ? { key: 'rule.time' } : null;
    case 'choice':
    case 'opening':
      return rule.options.includes(text) ? null : { key: 'rule.required' };
    case 'json':
      return jsonOf(text) === null ? { key: 'rule.json' } : null;
    case 'addresses': {
      const addresses = addressesOf(text);
      if (addresses.length > rule.max) return { key: 'rule.addresses', values: { max: rule.max, count: addresses.length } };
      const bad = addresses.find((address) => returnEntryFault(address) !== null);
      return bad === undefined ? null : { key: 'rule.address', values: { address: shortened(bad), max: rule.maxCharacters } };
    }
  }
};

/** The JSON object of a text; null when it is none. */
const jsonOf = (text: string): object | null => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
};

/** Enough of a long address to find it again. */
const shortened = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

/** What a gate has not; a shop has all. As `shopOnly` of the contract, which a test compares. */
const shopFields: readonly FieldName[] = ['stock', 'perVisitorLimit', 'holdSeconds', 'confirmBy'];
type Lobby = Partial<Pick<FormValues, 'draft' | 'lobbyOpensAt' | 'lobbyOrder'>>;
const hasTimes = ({ draft = existing }: Lobby): boolean => draft === 'at' || draft === existing;
type Entrance = Partial<Pick<FormValues, 'identity' | 'proofOfWork'>>;
/** Whether a sale of this form has the field: an order needs a lobby, and a beacon a draw. */
export const hasField = (
  { kind, lobbyOrder, identity, proofOfWork, ...times }: Pick<FormValues, 'kind'> & Lobby & Entrance,
  name: FieldName,
): boolean => {
  const lobbyOpensAt = hasTimes(times) ? (times.lobbyOpensAt ?? '') : '';
  if (name === 'opensAt' || name === 'lobbyOpensAt') return hasTimes(times);
  if (name === 'draft') return times.draft !== existing;
  if (name === 'lobbyOrder') return lobbyOpensAt !== '';
  if (name === 'members') return identity === 'member';
  if (name === 'proofOfWorkSeconds') return proofOfWork !== 'off';
  if (name === 'drawBeacon') return lobbyOpensAt !== '' && lobbyOrder === 'random';
  return kind !== 'gate' || !shopFields.includes(name);
};

/** The rules of a form as it is filled in: whoever sends people to a shop needs its address, and a lobby ends at the opening. */
export const rulesFor = (
  rules: FieldRules,
  { kind, confirmBy, draft, lobbyOpensAt = '', identity }: Pick<FormValues, 'kind' | 'confirmBy'> & Lobby & Entrance,
): FieldRules => ({
  ...rules,
  returnUrls: { ...rules.returnUrls, required: kind === 'gate' || confirmBy === 'shop' },
  opensAt: { ...rules.opensAt, required: draft === 'at' || lobbyOpensAt !== '' },
  members: { ...rules.members, required: identity === 'member' },
});

/** Every field's fault, and the rules that need two fields. */
export const checkForm = (allRules: FieldRules, values: FormValues, names: readonly FieldName[]): FieldErrors => {
  const errors: FieldErrors = {};
  const rules = rulesFor(allRules, values);
  for (const name of names) {
    if (name === 'draft' && !hasField(values, name)) continue;
    const error = checkField(rules[name], values[name]);
    if (error) errors[name] = error;
  }
  const timed = hasTimes(values);
  const [lobby, opens] = timed ? [isoOf(values.lobbyOpensAt), isoOf(values.opensAt)] : [null, null];
  const closes = isoOf(values.closesAt);
  if (lobby && opens && !errors.lobbyOpensAt && Date.parse(lobby) >= Date.parse(opens)) errors.lobbyOpensAt = { key: 'rule.lobbyOpensAt' };
  if (opens && closes && !errors.closesAt && Date.parse(closes) <= Date.parse(opens)) errors.closesAt = { key: 'rule.closesAt' };
  return errors;
};

/** A checked text as the API takes it; null for none. */
export const valueOf = (rule: FieldRule, text: string): string | number | boolean | string[] | object | null => {
  if (text.trim() === '') return null;
  if (rule.kind === 'opening') return text === 'hand' ? true : null;
  if (rule.kind === 'integer' || rule.kind === 'number') return numberOf(text);
  if (rule.kind === 'addresses') return addressesOf(text);
  if (rule.kind === 'json') return jsonOf(text);
  return rule.kind === 'time' ? isoOf(text) : text.trim();
};

/** Faults of a refused request at the fields they are about; those of another place are left out. */
export const errorsOfService = (faults: readonly Fault[] | undefined, names: readonly FieldName[]): FieldErrors =>
  Object.fromEntries(
    (faults ?? []).flatMap(({ path, detail }) => {
      const name = names.find((one) => path.replace(/^\//, '').split('/')[0] === one);
      return name === undefined ? [] : [[name, { key: 'rule.service', values: { detail } } satisfies FieldError]];
    }),
  );
