import type { ConfigOverlay, Strategy } from './strategy.ts';

/** A configuration as it stands in its file, read as YAML and not checked yet, with what the strategy changes of it. */
export function overlaid(
  config: ConfigOverlay,
  { config: changes, model, seller }: Pick<Strategy, 'config' | 'model' | 'seller'>,
): ConfigOverlay {
  const changed = merged(config, changes);
  const { models, enrichment } = changed as { models?: unknown; enrichment?: unknown };
  return {
    ...changed,
    ...(model && isSection(models) ? { models: eachMerged(models, model) } : {}),
    ...(seller && isSection(enrichment) && isSection(enrichment['seller'])
      ? { enrichment: merged(enrichment, { seller }) }
      : {}),
  };
}

function eachMerged(sections: ConfigOverlay, over: ConfigOverlay): ConfigOverlay {
  return Object.fromEntries(
    Object.entries(sections).map(([name, one]) => [name, isSection(one) ? merged(one, over) : one]),
  );
}

function merged(under: ConfigOverlay, over: ConfigOverlay): ConfigOverlay {
  const result: Record<string, unknown> = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const before = result[key];
    result[key] = isSection(before) && isSection(value) ? merged(before, value) : value;
  }
  return result;
}

function isSection(value: unknown): value is ConfigOverlay {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
