import { lobbyDefaults, saleDefaults } from '@sunbeon/contracts/sale-settings';
import { CreateSale } from '@sunbeon/contracts/schemas';
import { openings } from './field-rules.ts';
import type { FieldName, FieldRule, FieldRules } from './field-rules.ts';

interface Property {
  type?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  format?: string;
  anyOf?: { const?: string }[];
  maxItems?: number;
  items?: Property;
}

/** Optional in the schema for the sake of gates; checked by the service. */
const neededByShops: readonly string[] = ['stock'];
/** What a choice begins with: as the service takes it when it is left out. */
const initialChoices: Partial<Record<string, string>> = { kind: 'shop', confirmBy: 'visitor', ...lobbyDefaults };

const ruleOf = (property: Property, required: boolean, initial: number | string | undefined): FieldRule => {
  const base = { required, ...(initial === undefined ? {} : { initial }) };
  const { type, minimum, maximum, minLength = 0, maxLength, pattern, format, anyOf, maxItems, items } = property;
  if (anyOf?.some((option) => option.const === undefined)) return { ...base, kind: 'json' };
  if (anyOf !== undefined) return { ...base, kind: 'choice', options: anyOf.map((option) => option.const ?? '') };
  if (type === 'array' && maxItems !== undefined && items?.maxLength !== undefined)
    return { ...base, kind: 'addresses', max: maxItems, maxCharacters: items.maxLength };
  if (format === 'date-time') return { ...base, kind: 'time' };
  if (type === 'boolean') return { required: true, kind: 'opening', options: openings };
  if (pattern !== undefined && maxLength === undefined) return { ...base, kind: 'id', pattern };
  if (type === 'integer' && minimum !== undefined && maximum !== undefined) return { ...base, kind: 'integer', min: minimum, max: maximum };
  if (type === 'number' && minimum !== undefined && maximum !== undefined) return { ...base, kind: 'number', min: minimum, max: maximum };
  if (type === 'string' && maxLength !== undefined)
    return { ...base, kind: 'text', min: minLength, max: maxLength, ...(pattern === undefined ? {} : { pattern }) };
  throw new Error(`the form knows no field for ${JSON.stringify(property)}`);
};

/**
 * Rules of the forms, read from the schema that the service validates with. Runs on the web server, so that the browser gets the
 * limits without a validator. Fields with a default are prefilled, and required.
 */
export const fieldRules = (): FieldRules => {
  const defaults: Partial<Record<string, number | string>> = { ...saleDefaults, ...initialChoices };
  const required = new Set<string>(CreateSale.required);
  return Object.fromEntries(
    Object.entries(CreateSale.properties as Record<string, Property>).map(([name, property]) => [
      name,
      ruleOf(property, required.has(name) || name in defaults || neededByShops.includes(name), defaults[name]),
    ]),
  ) as Record<FieldName, FieldRule>;
};
