import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { operatorDictionaries, operatorTranslator, type OperatorKey } from '../lib/i18n/operator-messages.ts';

const holes = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();
const keys = Object.keys(operatorDictionaries.en) as OperatorKey[];
const folder = new URL('../features/operator/', import.meta.url);
const code =
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => readFileSync(new URL(name, folder), 'utf8'))
    .join('\n') + readFileSync(new URL('../app/operator/layout.tsx', import.meta.url), 'utf8');

describe('the words of the console', () => {
  it('are there in both languages, with the same places to fill in', () => {
    expect(Object.keys(operatorDictionaries.ko).sort()).toEqual([...keys].sort());
    for (const key of keys) {
      for (const text of Object.values(operatorDictionaries)) expect([key, text[key].trim()]).not.toEqual([key, '']);
      expect([key, holes(operatorDictionaries.ko[key])]).toEqual([key, holes(operatorDictionaries.en[key])]);
    }
  });

  it('are all used', () => {
    const patterns = [...code.matchAll(/`((?:[A-Za-z_]+\.)+)\$\{[^`]*`/g)].map(([, prefix]) => prefix!);
    const isUsed = (key: string): boolean => code.includes(`'${key}'`) || patterns.some((prefix) => key.startsWith(prefix));
    expect(keys.filter((key) => !isUsed(key))).toEqual([]);
  });

  it('group numbers', () => {
    expect(operatorTranslator('ko')('kpi.waiting.note', { count: 12_345 })).toBe('누적 진입 12,345명');
  });
});
