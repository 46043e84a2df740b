import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { kinds, parseNote, readNotes, releaseChangelog, withVersion } from '../local/change-notes.mjs';
import { root } from '../local/commands.mjs';

const changelog = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');

describe('.changeset', () => {
  it('holds only notes of the right form', () => {
    expect(() => readNotes(join(root, '.changeset'))).not.toThrow();
  });

  it('shows a note in its README that has the right form', () => {
    const [, example] = /```\n(---[^]+?)```/.exec(readFileSync(join(root, '.changeset/README.md'), 'utf8'))!;
    expect(parseNote('README.md', example!).kind).toBe('fixed');
  });

  it.each([
    ['no kind', 'A sentence.\n', /begins with/],
    ['an unknown kind', '---\nkind: improved\n---\nA sentence.\n', /kind is one of/],
    ['two paragraphs', '---\nkind: fixed\n---\nOne.\n\nTwo.\n', /one paragraph/],
    ['half a sentence', '---\nkind: fixed\n---\nFix things\n', /full stop/],
    ['a long text', `---\nkind: fixed\n---\n${'Word '.repeat(100)}.\n`, /at most/],
  ])('refuses a note with %s', (_, text, reason) => {
    expect(() => parseNote('x.md', text)).toThrow(reason);
  });
});

describe('CHANGELOG.md', () => {
  it('has an Unreleased section first, and only kinds that exist', () => {
    expect(changelog.match(/^## .+$/m)![0]).toBe('## Unreleased');
    for (const [, title] of changelog.matchAll(/^### (.+)$/gm)) expect(kinds).toContain(title!.toLowerCase());
  });

  it('has, after a release, the old entries and the notes under the version, breaking changes first', () => {
    const before = '# Changelog\n\nText.\n\n## Unreleased\n\n### Added\n\n- Old entry.\n\n## 0.1.0 (2026-01-01)\n\n### Added\n\n- First.\n';
    const notes = [
      ['fixed', 'C.'],
      ['changed', 'B.'],
      ['changed', '**Breaking:** A.'],
    ].map(([kind, sentence]) => ({ name: 'x.md', kind: kind!, sentence: sentence! }));
    expect(releaseChangelog(before, notes, '0.2.0', '2026-02-02')).toBe(
      '# Changelog\n\nText.\n\n## Unreleased\n\n## 0.2.0 (2026-02-02)\n\n### Added\n\n- Old entry.\n\n### Changed\n\n- **Breaking:** A.\n- B.\n\n### Fixed\n\n- C.\n\n## 0.1.0 (2026-01-01)\n\n### Added\n\n- First.\n',
    );
  });

  it('can be released twice in a row only with something new', () => {
    const once = releaseChangelog(changelog, [{ name: 'x.md', kind: 'fixed', sentence: 'A.' }], '9.0.0', '2026-01-01');
    expect(() => releaseChangelog(once, [], '9.0.1', '2026-01-02')).toThrow(/nothing to release/);
  });
});

describe('a version', () => {
  it('is set for a package and for the workspaces it depends on, and for nothing else', () => {
    const text = '{ "version": "0.1.0", "dependencies": { "@sunbeon/contracts": "0.1.0", "other": "0.1.0" } }';
    expect(withVersion(text, '0.1.0', '0.2.0')).toBe(
      '{ "version": "0.2.0", "dependencies": { "@sunbeon/contracts": "0.2.0", "other": "0.1.0" } }',
    );
  });
});
