import type { TemplateChange } from './finished-template.ts';
import { rotationLast } from './rotation-last.ts';
import { tagResources } from './tags.ts';

/**
 * The changes of the finished template, in this order. `rotationLast` comes after every change that adds a resource, as it names
 * them all.
 */
export const TEMPLATE_CHANGES: readonly TemplateChange[] = [tagResources, rotationLast];
