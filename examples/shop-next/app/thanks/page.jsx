import { cookies } from 'next/headers';

export default async function Thanks() {
  const order = (await cookies()).get('shop-order')?.value;
  return (
    <>
      <h1>Thank you for your order</h1>
      {order && (
        <p>
          Your order number is <strong>{order}</strong>.
        </p>
      )}
    </>
  );
}
