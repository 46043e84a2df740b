import type { CreateSale, OperatorSale } from '@sunbeon/contracts';
import { existing, hasField, localOf, textOf, valueOf, type FieldName, type FieldRules, type FormValues } from './field-rules.ts';

/** The settings of a sale as a form shows them. */
export const formOf = (sale: OperatorSale): FormValues => ({
  saleId: sale.saleId,
  title: sale.title,
  kind: sale.kind,
  stock: String(sale.stock?.total ?? ''),
  admitPerSecond: textOf(sale.admitPerSecond),
  activeLimit: String(sale.activeLimit),
  claimSeconds: String(sale.claimSeconds),
  sessionSeconds: String(sale.sessionSeconds),
  holdSeconds: String(sale.holdSeconds ?? ''),
  perVisitorLimit: String(sale.perVisitorLimit ?? ''),
  confirmBy: sale.confirmBy ?? 'visitor',
  returnUrls: (sale.returnUrls ?? []).join('\n'),
  maxExtensions: String(sale.maxExtensions),
  lobbyOpensAt: localOf(sale.lobbyOpensAt),
  lobbyOrder: sale.lobbyOrder ?? 'random',
  drawBeacon: sale.drawBeacon ?? 'none',
  opensAt: localOf(sale.opensAt),
  closesAt: localOf(sale.closesAt),
  timeZone: sale.timeZone,
  draft: existing,
  message: sale.message ?? '',
  identity: sale.identity,
  members: sale.members === undefined ? '' : JSON.stringify(sale.members, null, 2),
  access: sale.access,
  proofOfWork: sale.proofOfWork,
  proofOfWorkSeconds: textOf(sale.proofOfWorkSeconds),
});

/**
 * The settings of a sale for another one: its id and its opening are asked for, times that are over stay behind, and so does the message, which was for those
 * who waited. What only a shop or a lobby has, and this sale has not, is as in an empty form.
 */
export const copyOf = (sale: OperatorSale, empty: FormValues, nowMs: number): FormValues => {
  const from = formOf(sale);
  const ahead = (iso: string | undefined): string => (iso !== undefined && Date.parse(iso) > nowMs ? localOf(iso) : '');
  return {
    ...(Object.fromEntries(
      Object.entries(from).map(([name, text]) => [name, text === '' ? empty[name as keyof FormValues] : text]),
    ) as FormValues),
    saleId: '',
    draft: '',
    message: '',
    lobbyOpensAt: ahead(sale.lobbyOpensAt),
    opensAt: ahead(sale.opensAt),
    closesAt: ahead(sale.closesAt),
  };
};

/** A filled-in form as the API takes it. */
export const bodyOf = (rules: FieldRules, values: FormValues): CreateSale =>
  Object.fromEntries(
    (Object.keys(rules) as FieldName[])
      .filter((name) => hasField(values, name))
      .map((name) => [name, valueOf(rules[name], values[name])] as const)
      .filter(([, value]) => value !== null),
  ) as unknown as CreateSale;

const isDraft = ({ status, opensAt }: OperatorSale): boolean => status === 'scheduled' && opensAt === undefined;

/** Whether a sale has just the settings that were sent, and no others: then that call created it, whatever became of its answer. */
export const isAsSent = (rules: FieldRules, { draft = false, ...sent }: CreateSale, sale: OperatorSale): boolean => {
  const found: Partial<CreateSale> = bodyOf(rules, formOf(sale));
  const names = Object.keys(rules) as FieldName[];
  return draft === isDraft(sale) && names.every((name) => name === 'draft' || JSON.stringify(sent[name]) === JSON.stringify(found[name]));
};
