/**
 * What is chosen for words and molecules that a person brings: nothing beside what is for all.
 * @module
 */

export class TextFields {
  constructor() {
    this.said = [];
    this.elements = [];
  }

  get choices() {
    return {};
  }

  problems() {
    return [];
  }

  check() {}

  found() {}
}
