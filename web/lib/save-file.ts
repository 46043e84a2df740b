/** Time for which the browser may begin to read the file, ms. */
const keptMs = 10_000;

/** Gives the browser a file to save. */
export const saveFile = (bytes: Blob, name: string): void => {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(bytes);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), keptMs);
};
