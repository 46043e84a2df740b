'use client';

import { useLanguage } from '../../lib/i18n/language-context.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';

interface OtherVisitorDialogProps {
  open: boolean;
  /** Become the visitor of the link. */
  onSwitch: () => void;
  onKeep: () => void;
}

/**
 * A link would make this browser, which has a place here, another visitor. Anybody can send a link: it is asked before, and closing the dialog in any way
 * keeps the place.
 */
export const OtherVisitorDialog = ({ open, onSwitch, onKeep }: OtherVisitorDialogProps) => {
  const { t } = useLanguage();
  return (
    <ConfirmDialog
      open={open}
      title={t('otherVisitor.title')}
      body={t('otherVisitor.body')}
      yes={t('otherVisitor.switch')}
      no={t('otherVisitor.keep')}
      onYes={onSwitch}
      onNo={onKeep}
    />
  );
};
