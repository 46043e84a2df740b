// Joins a sale, waits for admission, claims, buys one ticket: node buy.js https://tickets.example concert_2025
import { createClient, type Result } from '@sunbeon/client';

const [baseUrl = 'http://localhost:4000', sale = 'concert_2025'] = process.argv.slice(2);
const client = createClient({ baseUrl });

/** Value of a result. Throws the code of a failure. */
const valueOf = <T>(what: string, result: Result<T>): T => {
  if (result.ok) return result.value;
  throw new Error(`${what}: ${result.failure.code}`);
};

const { token } = valueOf('join', await client.join(sale, { attempts: 5 }));
const me = client.withToken(token);

const onVisitor = ({ position }: { position?: number }) => position && console.log(`position ${position}`);
const visitor = valueOf('wait', await me.waitForTurn(sale, { onVisitor }));
if (visitor.state !== 'admitted') throw new Error(`the place ended: ${visitor.state}`);

valueOf('claim', await me.claim(sale, { attempts: 10 }));
const purchase = valueOf('purchase', await me.purchase(sale, 1, { attempts: 10 }));
console.log(`bought ${purchase.quantity} as ${purchase.purchaseId}`);
