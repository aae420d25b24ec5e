import { Type } from '@sinclair/typebox';
import { digest } from '../shape.ts';

/**
 * Member of a record that was put in the place of another because a row was forgotten: the objects that the other named.
 * They are no references: nobody needs them, and `aieng forget` removes those that a kill left.
 */
export const replacedObjects = () =>
  Type.Optional(Type.Array(digest('Of an object that held a row which was forgotten, and is removed.')));
