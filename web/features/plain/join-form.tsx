import type { Sale } from '@sunbeon/contracts';

/** A sale that asks for what only a script can show: a login's token, a computed proof. */
export const needsScript = (sale: Sale): boolean => sale.proofWanted || sale.identity === 'member';

interface JoinFormProps {
  /** Fields and buttons name it in `form`. */
  id: string;
  saleId: string;
  /** Key of the join: sent twice, it is one place. */
  intent: string;
  /** Without it the browser sends the form, to app/sales/[sale]/join. */
  onSubmit?: () => void;
}

/** The join as a form, which works before the page's script runs. */
export const JoinForm = ({ id, saleId, intent, onSubmit }: JoinFormProps) => (
  <form
    id={id}
    method="post"
    action={`/sales/${saleId}/join`}
    noValidate={onSubmit !== undefined}
    onSubmit={
      onSubmit &&
      ((event) => {
        event.preventDefault();
        onSubmit();
      })
    }
    className="hidden"
  >
    <input type="hidden" name="intent" value={intent} />
  </form>
);
