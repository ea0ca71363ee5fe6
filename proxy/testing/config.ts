import type { z } from 'zod';
import { type Config, configSchema, type ModelConfig } from '../config-schema.ts';

type ConfigInput = z.input<typeof configSchema>;
type ModelInput = ConfigInput['models'][string];

/** A model as the configuration file has it. */
export function modelInput(topic: string, changes: Partial<ModelInput> = {}): ModelInput {
  return {
    topic,
    target: '127.0.0.1:1',
    reads: ['title'],
    policy: { review: 0.7, remove: 0.95 },
    ...changes,
  };
}

/** A configuration with all defaults, with a model for each of these names; its topic is `about-<name>`. */
export function configOf(
  models: Readonly<Record<string, Partial<ModelInput>>>,
  changes: Partial<Omit<ConfigInput, 'models'>> = {},
): Config {
  const inputs = Object.entries(models).map(([name, model]) => [name, modelInput(`about-${name}`, model)] as const);
  return configSchema.parse({ pubsub: { project: 'test' }, ...changes, models: Object.fromEntries(inputs) });
}

export function modelConfigOf(changes: Partial<ModelInput> = {}): ModelConfig {
  return configOf({ weapons: changes }).models['weapons']!;
}
