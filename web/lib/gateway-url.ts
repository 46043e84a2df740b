/** Address of the gateway for the web server. Read at each use, so that one build serves everywhere. */
export const gatewayUrl = (): string => process.env.GATEWAY_URL || 'http://localhost:4000';
