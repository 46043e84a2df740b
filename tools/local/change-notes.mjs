// Change notes: one file a change in `.changeset/`, collected into CHANGELOG.md by a release. The form: .changeset/README.md.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CliError } from './console.mjs';

/** Kinds of a note, as "Keep a Changelog" names and orders them. */
export const kinds = ['added', 'changed', 'deprecated', 'removed', 'fixed', 'security'];
const longest = 400;

/** A note from the text of its file. Throws an Error with the reason when the form is wrong. */
export const parseNote = (name, text) => {
  const [, kind, body] = /^---\nkind: (\w+)\n---\n+([^]+)$/.exec(text) ?? [];
  if (!kind) throw new CliError(`${name}: begins with the lines "---", "kind: …", "---"`);
  if (!kinds.includes(kind)) throw new CliError(`${name}: kind is one of ${kinds.join(', ')}`);
  const sentence = body.trim().replaceAll(/\s+/g, ' ');
  if (/\n\s*\n/.test(body.trim())) throw new CliError(`${name}: one paragraph`);
  if (!sentence.endsWith('.')) throw new CliError(`${name}: ends with a full stop`);
  if (sentence.length > longest) throw new CliError(`${name}: at most ${longest} characters`);
  return { kind, sentence };
};

/** All notes of a folder, by name of file. */
export const readNotes = (folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.md') && name !== 'README.md')
    .toSorted()
    .map((name) => ({ name, ...parseNote(name, readFileSync(join(folder, name), 'utf8')) }));

const titleOf = (kind) => `### ${kind[0].toUpperCase()}${kind.slice(1)}`;

/** The entries below the headings of one version: kind → lines. */
const entriesOf = (section) => {
  const entries = new Map();
  for (const part of section.split(/^### /m).slice(1)) {
    const [title, ...lines] = part.trim().split('\n');
    entries.set(title.toLowerCase(), lines.join('\n').trim());
  }
  return entries;
};

/** CHANGELOG.md after a release: what was under Unreleased, and the notes, stand under `version`. Breaking changes come first in each kind. */
export const releaseChangelog = (changelog, notes, version, date) => {
  const [, before, section, after] = /^([^]*?\n## Unreleased\n)([^]*?)(\n## [^]*)?$/.exec(changelog) ?? [];
  if (before === undefined) throw new CliError('CHANGELOG.md has no section "## Unreleased"');
  const entries = entriesOf(section);
  const isBreaking = ({ sentence }) => sentence.startsWith('**Breaking:**');
  const sorted = [...notes.filter(isBreaking), ...notes.filter((note) => !isBreaking(note))];
  const blocks = kinds.flatMap((kind) => {
    const lines = [entries.get(kind), ...sorted.filter((note) => note.kind === kind).map(({ sentence }) => `- ${sentence}`)].filter(
      Boolean,
    );
    return lines.length > 0 ? [`${titleOf(kind)}\n\n${lines.join('\n')}\n`] : [];
  });
  if (blocks.length === 0) throw new CliError('There is nothing to release: no note in .changeset/, no entry under Unreleased');
  return `${before}\n## ${version} (${date})\n\n${blocks.join('\n')}${after ?? ''}`;
};

/** A package.json with another version of the workspaces: its own, and those it depends on. */
export const withVersion = (text, from, to) =>
  text.replace(new RegExp(`("(?:version|@sunbeon/[\\w-]+)": ")${from.replaceAll('.', '\\.')}"`, 'g'), `$1${to}"`);
