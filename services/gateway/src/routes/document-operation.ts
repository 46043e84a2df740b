import { answerExamples, errorCatalogue, errorsOf, problemOf, publicRoutes, routeDocs, type PublicRoute } from '@sunbeon/contracts';

interface MediaType {
  schema?: { $ref?: string };
  example?: unknown;
  examples?: Record<string, { summary: string; value: unknown }>;
}
/** Parts of an OpenAPI operation that are completed here. */
export interface Operation {
  operationId?: string;
  description?: string;
  security?: Record<string, string[]>[];
  requestBody?: { content?: Record<string, MediaType> };
  responses?: Record<string, { description: string; content?: Record<string, MediaType> }>;
}

const names = Object.keys(publicRoutes) as (keyof typeof publicRoutes)[];
const nameOf = new Map<string, keyof typeof publicRoutes>(names.map((name) => [publicRoutes[name].operationId, name]));

const schemaOf = ({ schema }: MediaType): string => schema?.$ref?.split('/').at(-1) ?? '';

/** Adds description, examples and explicit security to an operation made from a route's schemas; other operations stay as they are. Safe to run twice. */
export const documentOperation = (operation: Operation): void => {
  const name = nameOf.get(operation.operationId ?? '');
  if (name === undefined) return;
  const route: PublicRoute = publicRoutes[name];
  const { description, answers } = routeDocs[name];
  operation.description = description;
  // In OpenAPI, an empty list means that no token is needed; a missing one means nothing.
  operation.security ??= [];
  const body = operation.requestBody?.content?.['application/json'];
  if (body && route.example !== undefined) body.example = route.example;
  for (const [status, response] of Object.entries(operation.responses ?? {})) {
    const problem = response.content?.['application/problem+json'];
    const answer = response.content?.['application/json'];
    response.description = answers[Number(status)] ?? response.description;
    if (answer) answer.example = answerExamples[schemaOf(answer) as keyof typeof answerExamples];
    if (!problem) continue;
    const codes = errorsOf(route).filter((code) => String(errorCatalogue[code].status) === status);
    problem.examples = Object.fromEntries(codes.map((code) => [code, { summary: problemOf(code).title, value: problemOf(code) }]));
    response.description = codes.map((code) => `\`${code}\`: ${problemOf(code).title}`).join('. ');
  }
};
