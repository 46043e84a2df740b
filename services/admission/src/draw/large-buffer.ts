/** ArrayBuffer as of ES2024. */
const Resizable = ArrayBuffer as unknown as new (bytes: number, options: { maxByteLength: number }) => ArrayBuffer;

/** Zeroed memory that the system gets back after use: a resizable ArrayBuffer is mapped, while malloc keeps blocks below 32 MB. */
export const largeBuffer = (bytes: number): Buffer => Buffer.from(new Resizable(bytes, { maxByteLength: bytes }));

/** The buffer, or a larger copy of it. */
export const withRoom = (buffer: Buffer, bytes: number): Buffer => {
  if (bytes <= buffer.length) return buffer;
  const larger = largeBuffer(Math.max(bytes, 2 * buffer.length, 2 ** 16));
  buffer.copy(larger);
  return larger;
};
