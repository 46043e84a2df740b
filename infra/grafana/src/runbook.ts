/** Where the runbook is read, unless RUNBOOK_URL says another place (docs/OPERATIONS.md). The rules have the same address in every `runbook_url`. */
export const runbookBase = 'https://github.com/sunbeon/sunbeon/blob/main/docs/RUNBOOK.md';
/** A section of the runbook: the name of an alert. */
export type Runbook = `Sunbeon${string}`;
