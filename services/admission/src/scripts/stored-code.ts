/** What Redis keeps of an access code. */
export interface StoredCode {
  uses: number;
  label?: string;
}

export const storedCodeOf = (text: string): StoredCode => {
  const { uses, label } = JSON.parse(text) as StoredCode;
  return { uses, ...(label === undefined ? {} : { label }) };
};
