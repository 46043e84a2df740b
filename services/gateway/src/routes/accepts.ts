/** Whether an `Accept` names a type itself, and not to refuse it (`q=0`). */
export const accepts = (accept: string | undefined, type: string): boolean =>
  (accept ?? '').split(',').some((range) => {
    const [name, ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    return name === type && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  });
