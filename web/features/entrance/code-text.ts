import { normalisedCode } from '@sunbeon/contracts/access-codes';

export type CodeFault = 'code.empty' | 'code.form';

/** A code as it is sent, or why the text is none. Whether it is right, the sale alone knows. */
export const readCode = (text: string): { code: string } | { fault: CodeFault } => {
  if (text.trim() === '') return { fault: 'code.empty' };
  const code = normalisedCode(text);
  return code === '-' || code.length > 32 ? { fault: 'code.form' } : { code };
};
