import { availabilityRules } from './availability.ts';
import { imageRules } from './images.ts';
import { namingRules } from './naming.ts';
import { portRules } from './ports.ts';
import { referenceRules } from './references.ts';
import { resourceRules } from './resources.ts';
import type { Rule } from './rule.ts';
import { scheduleRules } from './schedules.ts';
import { securityRules } from './security.ts';
import { selectorRules } from './selectors.ts';
import { timingRules } from './timing.ts';
import { variableRules } from './variables.ts';

/** Every rule. Add one: in the file of its subject, or a file of its own and a line here. */
export const rules: readonly Rule[] = [
  ...namingRules,
  ...selectorRules,
  ...portRules,
  ...availabilityRules,
  ...scheduleRules,
  ...timingRules,
  ...resourceRules,
  ...imageRules,
  ...securityRules,
  ...referenceRules,
  ...variableRules,
];
