/**
 * What is chosen for tastes that a person brings: nothing.
 * @module
 */

export class TasteFields {
  elements = [];
  said = [];
  choices = {};

  problems() {
    return [];
  }

  check() {}

  found() {}
}
