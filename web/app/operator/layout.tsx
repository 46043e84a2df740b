import '../../features/operator/console.css';
import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { Console } from '../../features/operator/console.tsx';
import { fieldRules } from '../../features/operator/rules-of-schema.ts';
import { operatorTranslator } from '../../lib/i18n/operator-messages.ts';
import { requestLanguage } from '../../lib/i18n/request-language.ts';

export const generateMetadata = async (): Promise<Metadata> => ({
  title: operatorTranslator(await requestLanguage())('console.title'),
  robots: { index: false, follow: false },
});

/** Everything below is for whoever the session's cookie says. */
const OperatorLayout = ({ children }: { children: ReactNode }) => <Console rules={fieldRules()}>{children}</Console>;

export default OperatorLayout;
