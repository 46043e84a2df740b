import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { installationKeys, limits, logKeys, operatorLimits, saleKeys, type InstallationKey } from '@sunbeon/contracts';
import { keyOf, type RedisClient, type Script, type ScriptKey } from '@sunbeon/runtime';
import ts from 'typescript';
import { connectTestRedis } from '../../tests/fixtures/sale.ts';
import { mutants } from '../../tests/model/mutants.ts';
import { callsOfAnUnknownSale } from './script-calls.ts';

type AnyScript = Script<unknown, unknown>;
const root = join(import.meta.dirname, '../..');
const longestLines = 70;

const luaFiles = ['packages', 'services']
  .flatMap((folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`))
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.startsWith('src/') && path.endsWith('.lua'))
      .map((path) => `${folder}/${path}`),
  );
const isPiece = (path: string): boolean => basename(dirname(path)) === 'lua';
const pieces = luaFiles.filter(isPiece);
const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');
const serviceOf = (path: string): string => path.split('/')[1]!;
const includesOf = (path: string): string[] => [...textOf(path).matchAll(/^-- include: (\S+)$/gm)].map(([, piece]) => piece!);

const isScript = (value: unknown): value is AnyScript =>
  typeof value === 'object' && value !== null && 'source' in value && 'decode' in value;
type Pair = { path: string; text: string; script: AnyScript; found: number };
const pairs: (readonly [string, Pair])[] = [];
// One after the other: Jest cannot link two modules at once that share one which is not linked yet.
for (const path of luaFiles.filter((path) => !isPiece(path))) {
  const scripts = Object.values((await import(join(root, path.replace('.lua', '.ts')))) as object).filter(isScript);
  pairs.push([`${serviceOf(path)}/${basename(path, '.lua')}`, { path, text: textOf(path), script: scripts[0]!, found: scripts.length }]);
}

/** A paragraph of the header, its continuation lines included; undefined without one. */
const paragraph = (text: string, word: string): string | undefined =>
  new RegExp(`^-- ${word} +(.*(?:\n--  {4,}.*)*)`, 'm').exec(text)?.[1]?.replaceAll(/\n-- +/g, '   ');
const kebab = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const codeOf = (source: string): string => source.replaceAll(/--.*$/gm, '');
const commandsOf = (source: string): string[] => [
  ...new Set([...codeOf(source).matchAll(/redis\.p?call\('(\w+)'/g)].map(([, command]) => command!)),
];
const flagsOf = (text: string): string | undefined => /^#!lua(?: flags=([a-z,-]+))?\n/.exec(text)?.[1];

/** One case of a union: a word, or an object that names its case. */
const isCase = (answer: unknown): boolean =>
  typeof answer === 'string' ||
  (typeof answer === 'object' && answer !== null && ['outcome', 'role'].some((name) => typeof (answer as never)[name] === 'string'));
const isOutside = (key: ScriptKey): key is InstallationKey => (installationKeys as readonly ScriptKey[]).includes(key);
/** Scripts that give one and the same answer for every sale: counts, or the keyring's, which belongs to no sale. */
const withOneAnswer = new Set(['admission/expire', 'purchase/expire-holds', 'runtime/announce-keys']);

let redis: RedisClient;
beforeAll(async () => {
  redis = await connectTestRedis();
});
afterAll(() => redis.disconnect());
/** The server's own list of commands decides what a write is. */
const writesOf = async (commands: readonly string[]): Promise<string[]> => {
  const rows = (await redis.command('INFO', ...commands)) as [string, number, string[]][];
  return commands.filter((_, i) => rows[i]![2].includes('write'));
};

describe.each(pairs)('the script %s', (name, { text, script, found }) => {
  it('has one pair, named as the file and the header', () => {
    expect(found).toBe(1);
    expect(script.name).toBe(name);
    expect(text.split('\n')[1]).toMatch(new RegExp(`^-- ${name.split('/')[1]}: .+`));
  });

  it('declares its keys in the header as the pair passes them, all in the slot of the sale, and uses each', () => {
    const passed = script.keys.map(kebab);
    // `1 sale   2 flow   3… every other key of a sale   last audit-log, which stays`: one entry may stand for the keys that no other names.
    const entries = paragraph(text, 'KEYS')!.split(/ {3,}/);
    const listed = entries.map((entry) => entry.split(/[ ,]/).slice(0, 2).join(' '));
    const rest = entries.findIndex((entry) => /^\d+…/.test(entry));
    const first = rest < 0 ? passed : passed.slice(0, rest);
    expect(listed.slice(0, first.length)).toEqual(first.map((key, i) => `${i + 1} ${key}`));
    if (rest < 0) expect(listed.length).toBe(passed.length);
    else {
      expect(listed.slice(rest)).toEqual([`${rest + 1}… every`, ...(listed.length > rest + 1 ? [`last ${passed.at(-1)}`] : [])]);
      expect([...passed].sort()).toEqual([...saleKeys.map(kebab), 'audit-log'].sort());
    }
    const used = [...codeOf(text).matchAll(/KEYS\[(\d+)\]/g)].map(([, number]) => Number(number));
    const takesAll = /(?:ipairs|unpack)\(KEYS/.test(text);
    expect(takesAll ? Math.max(...used) <= passed.length : [...new Set(used)].sort((a, b) => a - b)).toEqual(
      takesAll ? true : passed.map((_, i) => i + 1),
    );
    const ofSale = script.keys.filter((key) => !isOutside(key));
    for (const key of ofSale) expect(keyOf(key, 'concert_2025')).toMatch(/\{concert_2025\}$/);
    // Those outside have a slot of their own: that of the operators, or one for a key.
    const slots = script.keys
      .filter(isOutside)
      .map((key) => (key === 'keyring' || key === 'currentSales' ? key : /^\{operators\}/.exec(keyOf(key, ''))?.[0]));
    expect([ofSale.length > 0 ? 'sale' : null, ...new Set(slots)].filter((slot) => slot !== null)).toHaveLength(1);
  });

  it('takes keys from KEYS alone', () => {
    expect(script.source).not.toMatch(/'[a-z-]+:\{/);
    expect(codeOf(script.source)).not.toMatch(/redis\.p?call\('\w+', (?:'|"|[\w.[\]]+ \.\.)/);
  });

  it('says what it returns, and its arguments when it has some', () => {
    expect(paragraph(text, 'Returns')).toMatch(/\S/);
    expect(paragraph(text, 'ARGV') !== undefined).toBe(codeOf(text).includes('ARGV'));
  });

  it('has flags that Redis may trust: no-writes exactly when it writes nothing', async () => {
    const flags = flagsOf(text);
    expect([undefined, 'no-writes', 'allow-oom']).toContain(flags);
    expect({ noWrites: flags === 'no-writes' }).toEqual({ noWrites: (await writesOf(commandsOf(script.source))).length === 0 });
  });

  it(`has at most ${longestLines} lines, and reads the clock at most once`, () => {
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(longestLines);
    expect(script.source.split("redis.call('TIME')").length - 1).toBeLessThanOrEqual(1);
  });

  it('answers an unknown sale with a reply of its pair, and writes nothing', async () => {
    const call = callsOfAnUnknownSale[name];
    if (call === undefined) throw new Error(`${name} is missing in script-calls.ts`);
    const saleId = `unknown_${process.pid}`;
    // Keyring and operators of this test run are in use.
    const keyNamed = (key: ScriptKey): string => (isOutside(key) ? `${key}_of_${saleId}` : keyOf(key, saleId));
    const reply = await redis.call(
      'EVAL',
      script.source,
      script.keys.length,
      ...script.keys.map(keyNamed),
      ...script.arguments(call.input),
    );
    const answer = script.decode(reply);
    expect(answer).toEqual(call.answer);
    expect({ answer, isCase: isCase(answer) || withOneAnswer.has(name) }).toEqual({ answer, isCase: true });
    const all = [...saleKeys, ...logKeys, ...installationKeys].map(keyNamed);
    const left = (await Promise.all(all.map(async (key) => ({ key, exists: await redis.exists(key) }))))
      .filter(({ exists }) => exists === 1)
      .map(({ key }) => key);
    await redis.unlink(...all);
    expect(left).toEqual((call.writes ?? []).map(keyNamed));
  });
});

describe('the answers', () => {
  const { config } = ts.readConfigFile(join(root, 'tests/tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, join(root, 'tests'));
  const fileOf = (path: string): string => join(root, path.replace('.lua', '.ts'));
  const program = ts.createProgram(
    pairs.map(([, { path }]) => fileOf(path)),
    options,
  );
  const checker = program.getTypeChecker();
  const isLiteral = (type: ts.Type): boolean => (type.isUnion() ? type.types : [type]).every((part) => part.isStringLiteral());
  /** A literal word, or an object whose `outcome` or `role` is one. */
  const isTyped = (type: ts.Type): boolean =>
    type.isStringLiteral() ||
    ['outcome', 'role'].some((name) => {
      const property = checker.getPropertyOfType(type, name);
      return property !== undefined && isLiteral(checker.getTypeOfSymbol(property));
    });
  /** The cases of what `run` of the pair resolves to. */
  const casesOf = (path: string): ts.Type[] => {
    const source = program.getSourceFile(fileOf(path))!;
    const runs = checker
      .getExportsOfModule(checker.getSymbolAtLocation(source)!)
      .filter(({ flags }) => (flags & ts.SymbolFlags.Variable) !== 0)
      .flatMap((symbol) => {
        const type = checker.getTypeOfSymbol(symbol);
        return ['sha', 'decode'].every((name) => checker.getPropertyOfType(type, name)) ? [checker.getPropertyOfType(type, 'decode')!] : [];
      });
    expect(runs).toHaveLength(1);
    const answer = checker.getTypeOfSymbol(runs[0]!).getCallSignatures()[0]!.getReturnType();
    return answer.isUnion() ? answer.types : [answer];
  };

  it.each(pairs.filter(([name]) => !withOneAnswer.has(name)))('decode of %s returns a union of named cases, never null', (_, { path }) => {
    const cases = casesOf(path);
    expect(cases.length).toBeGreaterThanOrEqual(2);
    expect(cases.filter((type) => !isTyped(type)).map((type) => checker.typeToString(type))).toEqual([]);
  });

  it.each([...withOneAnswer])('%s has one answer', (name) => {
    const [, { path }] = pairs.find(([script]) => script === name)!;
    expect(casesOf(path).map((type) => type.flags & ts.TypeFlags.Object)).toEqual([ts.TypeFlags.Object]);
  });
});

describe('the pieces', () => {
  it.each(pieces)('%s is included by two services, or lives in the service that includes it', (path) => {
    const users = new Set(
      pairs.filter(([, pair]) => includesOf(pair.path).includes(basename(path, '.lua'))).map(([, pair]) => serviceOf(pair.path)),
    );
    if (path.startsWith('services/') || users.has('runtime')) expect(users).toContain(serviceOf(path));
    else expect(users.size).toBeGreaterThanOrEqual(2);
    if (path.startsWith('services/')) expect(users.size).toBe(1);
  });

  it.each(pieces)('%s is short, begins with its description, includes nothing and names no key', (path) => {
    expect(textOf(path)).toMatch(/^-- [a-z_, ]+: /);
    expect(textOf(path).trimEnd().split('\n').length).toBeLessThanOrEqual(longestLines);
    expect(includesOf(path)).toEqual([]);
    expect(textOf(path)).not.toContain('KEYS');
  });
});

it.each(luaFiles)('%s contains no limit as a number, only limits.<name>', (path) => {
  /** 1,000 is also the ms of a second; numbers below 20 are counts and indexes. */
  const known = new Set<number>(
    [...Object.values(limits), ...Object.values(operatorLimits)].filter((value) => value >= 20 && value !== 1_000),
  );
  const typed = [...codeOf(textOf(path)).matchAll(/(?<![\w.%])\d+(?:\.\d+)?(?![\w.])/g)].map(([number]) => Number(number));
  expect(typed.filter((number) => known.has(number))).toEqual([]);
});

it.each(mutants.filter(({ edits }) => edits.length > 0))('the mutation "$name" has text that is in the scripts', ({ edits }) => {
  for (const { script, from } of edits) {
    const sources = pairs.filter(([name]) => script === undefined || script === name).map(([, pair]) => pair.script.source);
    expect([from, sources.some((source) => source.includes(from))]).toEqual([from, true]);
  }
});
