import { cookies, headers } from 'next/headers';
import { isLanguage, languageCookie, languageOf, type Language } from './messages.ts';

/** The language of a page request: the reader's choice, else by Accept-Language. */
export const requestLanguage = async (): Promise<Language> => {
  const chosen = (await cookies()).get(languageCookie)?.value;
  return isLanguage(chosen) ? chosen : languageOf((await headers()).get('accept-language') ?? '');
};
