import './globals.css';
import type { Metadata, Viewport } from 'next';
import type { ReactNode } from 'react';
import { dictionaries, translatorOf } from '../lib/i18n/dictionaries.ts';
import { LanguageProvider } from '../lib/i18n/language-context.tsx';
import { requestLanguage } from '../lib/i18n/request-language.ts';
import { MotionPreferenceRoot } from '../ui/motion.tsx';
import { PageFrame } from '../ui/page-frame.tsx';

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f4f3ef' },
    { media: '(prefers-color-scheme: dark)', color: '#101413' },
  ],
};

export const generateMetadata = async (): Promise<Metadata> => {
  const t = translatorOf(await requestLanguage());
  return {
    title: { default: `${t('app.name')} · ${t('app.tagline')}`, template: `%s · ${t('app.name')}` },
    description: t('app.tagline'),
  };
};

const RootLayout = async ({ children }: { children: ReactNode }) => {
  const language = await requestLanguage();
  return (
    <html lang={language}>
      <body className="font-sans antialiased">
        <LanguageProvider initial={language} messages={dictionaries[language]}>
          <MotionPreferenceRoot>
            <PageFrame>{children}</PageFrame>
          </MotionPreferenceRoot>
        </LanguageProvider>
      </body>
    </html>
  );
};

export default RootLayout;
