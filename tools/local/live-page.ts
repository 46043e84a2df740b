import { liveTables } from '@sunbeon/contracts';

/** The page with its tables made anew; all else stays. Throws for a table that does not exist. */
export const withLiveTables = (page: string): string =>
  page.replace(/<!-- table: (\w+) -->\n[^]*?<!-- \/table -->/g, (_, name: string) => {
    if (!(name in liveTables)) throw new Error(`there is no table ${name}`);
    return `<!-- table: ${name} -->\n\n${liveTables[name as keyof typeof liveTables]()}\n\n<!-- /table -->`;
  });
