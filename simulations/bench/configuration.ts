import { stringify } from 'yaml';
import { MODELS, targetVariable } from '../../infra/local/stack.ts';

/** Where nobody listens: who calls there is refused at once, as by a model whose process is gone. */
const NOBODY = '127.0.0.1:1';

/** The names of so many models, in the configuration's order. */
export function modelNamesOf(models: number): string[] {
  return Array.from({ length: models }, (_, index) => `${hostOf(index)}-${index + 1}`);
}

function hostOf(index: number): string {
  return MODELS[index % MODELS.length]!;
}

/**
 * A configuration with so many models, as a file has it. They take turns at the models of the local stack, each of which
 * serves several of them where there are more; one in three needs the seller.
 *
 * @param down how many of them are down, the last ones
 */
export function configurationOf(models: number, down = 0): string {
  const entries = modelNamesOf(models).map((name, index) => {
    const host = hostOf(index);
    return [
      name,
      {
        topic: name,
        target: index < models - down ? `\${${targetVariable(host)}}` : NOBODY,
        reads: ['title', 'description', 'category'],
        needs: host === 'counterfeit' ? ['seller'] : [],
        // At saturation nothing is to time out: what is compared is the cost of items that are decided.
        timeout: '5s',
        batch: { max: 128 },
        breaker: { reset: '10s' },
        policy: { review: 0.8, remove: 0.95 },
      },
    ];
  });
  return stringify({
    pubsub: { project: `\${PUBSUB_PROJECT_ID:-eddy-local}`, ackDeadline: '1m' },
    items: { budget: '20s', maxInFlight: 250 },
    cache: { kind: `\${CACHE_KIND:-memory}`, url: `\${REDIS_URL:-redis://127.0.0.1:6379}`, timeout: '16ms' },
    enrichment: { seller: { target: `\${CATALOG_TARGET}`, timeout: '5s' } },
    models: Object.fromEntries(entries),
    http: { port: `\${HTTP_PORT:-0}` },
    grpc: { port: `\${GRPC_PORT:-0}` },
  });
}
