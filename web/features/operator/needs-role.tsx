'use client';

import type { OperatorRole } from '@sunbeon/contracts/operator-roles';
import type { ReactNode } from 'react';
import { Notice } from '../../ui/notice.tsx';
import { useMay, useSession } from './session.tsx';
import { useOperatorI18n } from './use-operator-i18n.ts';

/** A page for a role: to any smaller one it says which role it needs, whatever link led here. */
export const NeedsRole = ({ role, children }: { role: OperatorRole; children: ReactNode }) => {
  const { w } = useOperatorI18n();
  const { role: own } = useSession();
  const may = useMay();
  return may(role) ? (
    children
  ) : (
    <Notice tone="warn" role="alert">
      {w('role.needed', { role: w(`role.${role}`), own: w(`role.${own}`) })}
    </Notice>
  );
};
