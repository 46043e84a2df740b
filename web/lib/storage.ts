/** Blocked or full storage throws on every access: `otherwise` is then the result. */
export const attempt = <T>(act: () => T, otherwise: T): T => {
  try {
    return act();
  } catch {
    return otherwise;
  }
};
