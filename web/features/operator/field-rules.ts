import type { CreateSale } from '@sunbeon/contracts';
import { saleTimeMs } from '@sunbeon/contracts/times';

export type FieldName = keyof CreateSale;
/** Rule of a field, from the contract's schema. Texts of a form; '' is none. */
export type FieldRule = { required: boolean; initial?: number } & (
  | { kind: 'id'; pattern: string }
  | { kind: 'text'; min: number; max: number; pattern?: string }
  | { kind: 'integer'; min: number; max: number }
  | { kind: 'number'; min: number; max: number }
  | { kind: 'time' }
);
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
    | 'rule.total'
    | 'act.unchanged'
    | 'problem.sale_exists';
  values?: Record<string, string | number>;
}
export type FieldErrors = Partial<Record<FieldName, FieldError>>;

/** Accepts digits with spaces or group separators around them as a number, and nothing else. */
export const numberOf = (text: string): number => {
  const plain = text.trim().replace(/(?<=\d)[,\u00a0\u202f ](?=\d{3}(?:\D|$))/g, '');
  return /^-?\d+(\.\d+)?$/.test(plain) ? Number(plain) : Number.NaN;
};

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

/** Fault of one field's text; null without one. */
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
  }
};

/** Faults of all fields, and the one rule across two fields. */
export const checkForm = (rules: FieldRules, values: FormValues, names: readonly FieldName[]): FieldErrors => {
  const errors: FieldErrors = {};
  for (const name of names) {
    const error = checkField(rules[name], values[name]);
    if (error) errors[name] = error;
  }
  const [opens, closes] = [isoOf(values.opensAt), isoOf(values.closesAt)];
  if (opens && closes && !errors.closesAt && Date.parse(closes) <= Date.parse(opens)) errors.closesAt = { key: 'rule.closesAt' };
  return errors;
};

/** A valid text in the form of the API; null for none. */
export const valueOf = (rule: FieldRule, text: string): string | number | null => {
  if (text.trim() === '') return null;
  if (rule.kind === 'integer' || rule.kind === 'number') return numberOf(text);
  return rule.kind === 'time' ? isoOf(text) : text.trim();
};
