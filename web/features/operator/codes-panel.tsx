'use client';

import { useState } from 'react';
import { saveFile } from '../../lib/save-file.ts';
import { Notice } from '../../ui/notice.tsx';
import { MakeCodesForm } from './codes-form.tsx';
import { ConsoleButton, Panel } from './controls.tsx';
import type { AccessCode } from './codes-view.ts';
import { Dialog } from './dialog.tsx';
import { ReadNote } from './read-note.tsx';
import { useSession } from './session.tsx';
import { useCodes } from './use-codes.ts';
import { useOperatorI18n } from './use-operator-i18n.ts';

const CodesTable = ({ codes, onTakeBack }: { codes: readonly AccessCode[]; onTakeBack: (code: AccessCode) => void }) => {
  const { w } = useOperatorI18n();
  return (
    <table className="w-full text-sm">
      <thead className="text-xs text-ink-soft">
        <tr>
          {(['code', 'used', 'label'] as const).map((column) => (
            <th key={column} scope="col" className="py-2 pr-4 text-left font-medium">
              {w(`codes.column.${column}`)}
            </th>
          ))}
          <th className="sr-only">{w('codes.back')}</th>
        </tr>
      </thead>
      <tbody>
        {codes.map((code) => (
          <tr key={code.code} data-testid="access-code" className="border-t border-line">
            <td className="py-1.5 pr-4 font-mono">{code.code}</td>
            <td className="py-1.5 pr-4 tabular-nums">{w('codes.used', { used: code.used, uses: code.uses })}</td>
            <td className="py-1.5 pr-4 break-words">{code.label}</td>
            <td className="py-1.5 text-right">
              <ConsoleButton look="text" onClick={() => onTakeBack(code)} aria-label={w('codes.back.of', { code: code.code })}>
                {w('codes.back')}
              </ConsoleButton>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};

/** Access codes of a sale: make, list, export, take back. */
export const CodesPanel = ({ saleId }: { saleId: string }) => {
  const { w, moment, problem } = useOperatorI18n();
  const { api, check } = useSession();
  const { codes, next, reading, failure, fail, more, made, takenBack } = useCodes(saleId);
  const [asked, setAsked] = useState<AccessCode | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const takeBack = async (code: AccessCode): Promise<void> => {
    setBusy(true);
    setError(null);
    const answer = await api.takeBackCode(saleId, code.code);
    setBusy(false);
    // Gone already: an answer was lost, or another operator was first.
    if (!answer.ok && answer.failure.code !== 'code_not_found') {
      check(answer.failure);
      return setError(problem(answer.failure));
    }
    setAsked(null);
    takenBack(code.code);
  };
  const exportAll = async (): Promise<void> => {
    fail(null);
    const answer = await api.codesCsv(saleId);
    if (answer.ok) saveFile(answer.value, `codes-${saleId}.csv`);
    else fail(answer.failure);
  };
  return (
    <Panel
      id="codes"
      title={w('codes.title')}
      aside={
        <ConsoleButton onClick={() => void exportAll()} data-testid="codes-export">
          {w('codes.export')}
        </ConsoleButton>
      }
    >
      <p className="mb-3 text-sm leading-relaxed text-ink-soft">{w('codes.intro')}</p>
      <MakeCodesForm saleId={saleId} onMade={made} />
      {failure !== null && (
        <Notice tone="danger" role="alert">
          {problem(failure)}
        </Notice>
      )}
      <div className="mt-3">
        <ReadNote {...reading} />
      </div>
      {reading.readAtMs !== null && codes.length === 0 && <p className="mt-3 text-sm text-ink-soft">{w('codes.none')}</p>}
      {codes.length > 0 && (
        <div className="mt-3 max-h-96 overflow-auto" tabIndex={0} role="region" aria-labelledby="codes">
          <CodesTable codes={codes} onTakeBack={setAsked} />
          {next !== undefined && (
            <ConsoleButton look="text" onClick={() => void more()} data-testid="codes-more">
              {w('codes.more')}
            </ConsoleButton>
          )}
        </div>
      )}
      {reading.readAtMs !== null && (
        <p data-testid="codes-read-at" className="mt-2 text-xs text-ink-soft">
          {w('codes.read_at', { time: moment(new Date(reading.readAtMs).toISOString()) })}
        </p>
      )}
      {asked !== null && (
        <Dialog
          title={w('codes.back.title', { code: asked.code })}
          yes={w('codes.back')}
          look="danger"
          busy={busy}
          error={error}
          onYes={() => void takeBack(asked)}
          onNo={() => {
            setAsked(null);
            setError(null);
          }}
        >
          <p>{w('codes.back.body')}</p>
        </Dialog>
      )}
    </Panel>
  );
};
